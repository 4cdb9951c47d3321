import NIOSSL

/// What an engine behind TLS is checked by, and what this client shows it.
package struct DockerSecurity: Sendable, Hashable {
    /// PEM; the system's certificates count if nil.
    package var authority: String?
    /// PEM of the client's own certificate and private key.
    package var certificate: String?
    package var key: String?
    /// Whether the engine's certificate is checked at all.
    package var verifies: Bool

    package init(authority: String? = nil, certificate: String? = nil, key: String? = nil, verifies: Bool = true) {
        self.authority = authority
        self.certificate = certificate
        self.key = key
        self.verifies = verifies
    }

    func configuration() throws(DockerError) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if !verifies { configuration.certificateVerification = .none }
        do {
            if let authority { configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(authority.utf8))) }
            if let certificate, let key {
                configuration.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)).map { .certificate($0) }
                configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem))
            }
        } catch {
            throw DockerError(
                .invalidEndpoint, "the certificates for the Docker Engine are no PEM texts of certificates and a private key: \(error)")
        }
        return configuration
    }
}
