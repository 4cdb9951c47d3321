import HCL
import ProviderKit

/// A `connection` block, read.
struct SSHSettings: Sendable {
    var target: SSHEndpoint
    var bastion: SSHEndpoint?
    var proxy: HTTPProxy?
    /// How long to try to connect.
    var timeout: Duration
    /// Where a script is put; nil for the usual place.
    var scriptPath: String?
    var platform: String

    static let defaultTimeout = Duration.seconds(300)

    /// - Parameter connection: an object of ``ConnectionSchema/block``.
    init(_ connection: Value, in environment: ProviderEnvironment) throws(SSHError) {
        func text(_ name: String) -> String? {
            guard let text = connection.members?[name]?.stringValue, !text.isEmpty else { return nil }
            return text
        }
        func port(_ name: String, _ fallback: Int) throws(SSHError) -> Int {
            guard let number = connection.members?[name]?.numberValue, number != Number(0) else { return fallback }
            guard let port = number.int, (1...65535).contains(port) else {
                throw SSHError("\(name) is no number from 1 to 65535", isFinal: true)
            }
            return port
        }
        guard connection.isWhollyKnown else { throw SSHError("the connection has values that are not known yet", isFinal: true) }
        switch text("type") ?? "ssh" {
        case "ssh": break
        case "winrm":
            throw SSHError(
                "connection type 'winrm' is not supported: only type = \"ssh\" is, which Windows has as \"OpenSSH Server\"", isFinal: true)
        case let other: throw SSHError("connection type '\(other)' not supported", isFinal: true)
        }
        platform = text("target_platform") ?? "unix"
        guard platform == "unix" else {
            throw SSHError(
                platform == "windows"
                    ? "target_platform = \"windows\" is not supported: files and scripts are brought with the commands of a Unix system"
                    : "target_platform for provisioner has to be either windows or unix", isFinal: true)
        }
        guard let host = text("host") else {
            throw SSHError("host for provisioner cannot be empty", isFinal: true)
        }
        if text("agent_identity") != nil {
            throw SSHError("agent_identity is not supported: without it all keys of the agent are tried", isFinal: true)
        }
        let usesAgent = connection.members?["agent"]?.boolValue ?? true
        let agent = usesAgent ? environment.variables["SSH_AUTH_SOCK"].flatMap { $0.isEmpty ? nil : $0 } : nil
        let target = SSHEndpoint(
            host: host, port: try port("port", 22), user: text("user") ?? "root", password: text("password"),
            privateKey: text("private_key"), certificate: text("certificate"), hostKey: text("host_key"), agentSocket: agent)
        self.target = target
        if let bastion = text("bastion_host") {
            self.bastion = SSHEndpoint(
                host: bastion, port: try port("bastion_port", target.port), user: text("bastion_user") ?? target.user,
                password: text("bastion_password") ?? target.password, privateKey: text("bastion_private_key") ?? target.privateKey,
                certificate: text("bastion_certificate"), hostKey: text("bastion_host_key"), agentSocket: agent)
        }
        if let host = text("proxy_host") {
            let scheme = text("proxy_scheme") ?? "http"
            guard scheme == "http" else {
                throw SSHError("proxy_scheme = \(scheme.goQuoted) is not supported: only \"http\" is", isFinal: true)
            }
            proxy = HTTPProxy(
                host: host, port: try port("proxy_port", 80), user: text("proxy_user_name"), password: text("proxy_user_password"))
        }
        // What is no length of time is the default, as in Terraform.
        timeout = text("timeout").flatMap(Self.duration) ?? Self.defaultTimeout
        scriptPath = text("script_path")
    }

    private static func duration(_ text: String) -> Duration? {
        do { return .nanoseconds(try GoDuration.nanoseconds(text)) } catch {
            return nil  // the caller says what holds then
        }
    }

    /// The lines that tell of an attempt to connect.
    var announcement: [String] {
        func lines(_ endpoint: SSHEndpoint) -> [String] {
            [
                "  Host: \(endpoint.host)", "  User: \(endpoint.user)", "  Password: \(endpoint.password != nil)",
                "  Private key: \(endpoint.privateKey != nil)", "  Certificate: \(endpoint.certificate != nil)",
                "  SSH Agent: \(endpoint.agentSocket != nil)", "  Checking Host Key: \(endpoint.hostKey != nil)",
            ]
        }
        var result = ["Connecting to remote host via SSH..."] + lines(target) + ["  Target Platform: \(platform)"]
        if let bastion { result += ["Using configured bastion host..."] + lines(bastion) }
        if let proxy { result += ["Using configured proxy host...", "  ProxyHost: \(proxy.host)", "  ProxyPort: \(proxy.port)"] }
        return result
    }
}
