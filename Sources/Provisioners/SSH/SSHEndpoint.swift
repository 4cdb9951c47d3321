/// Who to be on which machine.
struct SSHEndpoint: Sendable {
    var host: String
    var port: Int
    var user: String
    var password: String?
    var privateKey: String?
    var certificate: String?
    /// What the machine's public key must be.
    var hostKey: String?
    /// The socket of an agent that has further keys.
    var agentSocket: String?

    /// As errors name it.
    var address: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
