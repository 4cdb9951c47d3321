import Glibc
package import NIOSSL

/// Whose certificates are believed.
package struct Trust: Sendable {
    /// Where distributions keep certificates of authorities.
    static let usualFiles = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
        "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/cert.pem",
    ]

    /// Certificates to believe in addition, as PEM.
    package var additional: String?

    /// - Parameter setting: PEM text, or the path of a file that holds some.
    package init(_ setting: String? = nil) throws(DialingError) {
        guard let setting, !setting.isEmpty else { return }
        if setting.contains("-----BEGIN") {
            additional = setting
            return
        }
        guard let file = fopen(setting, "re") else {
            throw DialingError(.trust, "cannot read the certificates in \(setting.prefix(300)): \(String(cString: strerror(errno)))")
        }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 4 << 20)
        let count = fread(&bytes, 1, bytes.count, file)
        additional = String(decoding: bytes[..<count], as: UTF8.self)
    }

    /// What connections are made with.
    package func context() throws(DialingError) -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        do {
            // The usual places of the library's own are not looked at: it fails where an image has none of them.
            var roots: [NIOSSLCertificate] = []
            if let additional { roots += try NIOSSLCertificate.fromPEMBytes(Array(additional.utf8)) }
            var isFound = false
            for path in Self.usualFiles where access(path, R_OK) == 0 {
                configuration.trustRoots = .file(path)
                isFound = true
                break
            }
            if !isFound { configuration.trustRoots = .certificates([]) }
            configuration.additionalTrustRoots = roots.isEmpty ? [] : [.certificates(roots)]
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw DialingError(.trust, "the certificates to trust cannot be used: \(error)")
        }
    }
}
