/// How the server is reached, and what it says of itself.
package struct APIServerConfiguration: Sendable {
    /// Where to listen. With port 0 the system chooses; see ``APIServer/run(onListening:)``.
    package struct Listener: Sendable {
        package var host: String
        package var port: Int
        /// Files of a certificate chain and its key, PEM; nil for plain HTTP.
        package var certificate: (chain: String, key: String)?

        /// A place to listen.
        package init(host: String, port: Int, certificate: (chain: String, key: String)? = nil) {
            self.host = host
            self.port = port
            self.certificate = certificate
        }
    }

    package var listeners: [Listener]
    /// Under which users reach the deployment: `https://dev.example.org`, without a slash at the end.
    package var accessURL: String
    package var version: String
    /// Of the deployment, in its database.
    package var deploymentID: String
    /// Addresses of proxies before us, whose `X-Forwarded-For` is believed.
    package var trustedProxies: Set<String> = []
    package var limits = ServerLimits()

    /// A configuration.
    package init(listeners: [Listener], accessURL: String, version: String, deploymentID: String) {
        self.listeners = listeners
        self.accessURL = accessURL
        self.version = version
        self.deploymentID = deploymentID
    }

    /// Whether browsers reach us over TLS, so that cookies are for TLS alone.
    package var isSecure: Bool { accessURL.hasPrefix("https://") }
}
