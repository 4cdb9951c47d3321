/// How ssh is called.
package struct SSHSettings: Sendable, Hashable {
    /// What the command gets before anything else: `-i`, `file`.
    package var options: [String]
    /// The variables that it sees; `PATH` has a default.
    package var environment: [String: String]

    package init(options: [String] = [], environment: [String: String] = [:]) {
        self.options = options
        self.environment = environment
    }
}

/// A Docker Engine on another machine, as `ssh://user@host:port/path` names it.
package struct SSHDestination: Sendable, Hashable {
    let user: String?
    let host: String
    let port: Int?
    /// The engine's socket over there, if that is not the usual one.
    let socket: String?
    let settings: SSHSettings

    /// Nil if the text, which comes behind `ssh://`, makes no sense.
    init?(_ text: Substring, _ settings: SSHSettings) {
        // The path is read by a shell over there, so that it must be made of what means nothing to one.
        let pattern =
            /(?:(?<user>[A-Za-z0-9._][A-Za-z0-9._-]*)@)?(?<host>\[[0-9A-Fa-f:.%]+\]|[A-Za-z0-9._][A-Za-z0-9._-]*)(?::(?<port>[0-9]{1,5}))?(?<path>\/[A-Za-z0-9._\/-]*)?/
        guard text.utf8.count <= 1024, let match = text.wholeMatch(of: pattern) else { return nil }
        port = match.port.flatMap { Int($0) }
        if match.port != nil { guard let port, (1...65535).contains(port) else { return nil } }
        user = match.user.map(String.init)
        host = match.host.hasPrefix("[") ? String(match.host.dropFirst().dropLast()) : String(match.host)
        socket = match.path.flatMap { $0 == "/" ? nil : String($0) }
        self.settings = settings
    }

    /// The command whose input and output are a connection to the engine.
    var arguments: [String] {
        // Of an option that is given twice, ssh takes the first. Nobody is there to answer a question.
        var arguments = ["ssh"] + settings.options + ["-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=15"]
        if let user { arguments += ["-l", user] }
        if let port { arguments += ["-p", String(port)] }
        return arguments + ["--", host, "docker"] + (socket.map { ["--host", "unix://\($0)"] } ?? []) + ["system", "dial-stdio"]
    }

    var environment: [String: String] {
        // What else a provider knows is no business of the other machine's.
        let wanted = ["PATH", "HOME", "USER", "LOGNAME", "SSH_AUTH_SOCK"]
        return ["PATH": "/usr/local/bin:/usr/bin:/bin"].merging(settings.environment.filter { wanted.contains($0.key) }) { $1 }
    }
}
