/// What clients may run, and how it is found out.
package struct SessionPolicy: Sendable {
    /// What is run for a request. It may wait; what it throws, the client is told. Its task is cancelled when the client goes.
    package var command: @Sendable (SessionRequest) async throws -> SessionCommand
    /// Which variables a client may set; the defaults are those that OpenSSH's clients send by themselves, and git's.
    package var acceptsVariable: @Sendable (_ name: String) -> Bool = {
        $0 == "LANG" || $0.hasPrefix("LC_") || $0 == "TERM" || $0 == "COLORTERM" || $0 == "TZ" || $0 == "GIT_PROTOCOL"
    }
    package var letsUseTerminals = true
    /// Where the sockets of forwarded agents are made, in directories that others cannot enter.
    package var socketDirectory: String

    package init(socketDirectory: String, command: @escaping @Sendable (SessionRequest) async throws -> SessionCommand) {
        self.socketDirectory = socketDirectory
        self.command = command
    }
}

/// What a client asks to be run.
package struct SessionRequest: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case shell
        case exec(command: String)
        /// Other than `sftp`, which is served here.
        case subsystem(name: String)
    }

    /// As the client calls itself.
    package var user: String
    package var kind: Kind
    /// The client's variables that were accepted, and those that the session itself sets: `TERM`, `SSH_TTY`, `SSH_AUTH_SOCK`.
    package var environment: [String: String]
    package var hasTerminal: Bool
}

/// A program to be run for a client.
package struct SessionCommand: Sendable, Hashable {
    package var executable: String
    /// With the name it is given, which for a login shell begins with `-`.
    package var arguments: [String]
    /// All variables of the process.
    package var environment: [String: String]
    /// Where it starts; `/` if that cannot be entered.
    package var directory: String?
    /// What is shown before, on a terminal.
    package var greeting = ""

    package init(_ executable: String, arguments: [String], environment: [String: String], directory: String? = nil) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.directory = directory
    }

    /// The account's shell, as a login shell, or with the command.
    /// - Parameter environment: further variables; the client's own come last.
    package static func login(
        _ request: SessionRequest, account: Account = .current, environment: [String: String] = [:]
    ) throws -> SessionCommand {
        var variables = account.environment.merging(environment) { $1 }.merging(request.environment) { $1 }
        if let shell = environment["SHELL"] { variables["SHELL"] = shell }
        let shell = variables["SHELL"] ?? account.shell
        let name = shell.split(separator: "/").last.map(String.init) ?? shell
        let arguments: [String]
        switch request.kind {
        case .shell: arguments = ["-" + name]
        case .exec(let command): arguments = [name, "-c", command]
        case .subsystem(let subsystem):
            throw SSHError(.serviceNotAvailable, "there is no subsystem \"\(subsystem.prefix(40))\"; sftp is one")
        }
        return SessionCommand(shell, arguments: arguments, environment: variables, directory: variables["HOME"])
    }
}
