import AgentMachine
import AgentProtocol
import Glibc
import Logging
import NIOCore
import SSHServer
import Tunnel

/// The SSH server of a workspace, for streams of the tunnel. Who may use it the server has seen to.
struct SSHSessions: Sendable {
    private let environment: SessionEnvironment
    private let socketDirectory: String
    private let logger: Logger
    private let manifest: @Sendable () -> AgentManifest?

    init(_ environment: SessionEnvironment, _ directory: String, _ logger: Logger, _ manifest: @escaping @Sendable () -> AgentManifest?) {
        (self.environment, socketDirectory, self.logger, self.manifest) = (environment, directory, logger, manifest)
    }

    func open(_ opening: TunnelOpening) -> EventLoopFuture<TunnelAcceptance> {
        guard let manifest = manifest() else {
            return opening.eventLoop.makeFailedFuture(
                TunnelError(.refused, "the agent does not know yet what it is to do; try again in a moment", status: 503))
        }
        return opening.eventLoop.makeCompletedFuture {
            let server = try self.configuration(manifest)
            return TunnelAcceptance(install: { channel in try SSHServer.install(on: channel.pipeline, server) })
        }
    }

    private func configuration(_ manifest: AgentManifest) throws -> SSHServerConfiguration {
        let seed = Array(manifest.sshHostKeySeed.utf8)
        guard seed.count >= 16 else {
            throw TunnelError(.refused, "the server gave this workspace no secret for an SSH host key", status: 503)
        }
        let sessions = SessionPolicy(socketDirectory: socketDirectory) { [environment] request in
            let variables = environment.variables(manifest).merging(["CODER_SSH_SESSION_TYPE": "ssh"]) { $1 }
            var command = try SessionCommand.login(request, environment: variables)
            command.directory = environment.directory(manifest)
            command.environment["SSH_CLIENT"] = "127.0.0.1 0 22"
            command.environment["SSH_CONNECTION"] = "127.0.0.1 0 127.0.0.1 22"
            if request.kind == .shell, request.hasTerminal { command.greeting = greeting(manifest) }
            return command
        }
        var configuration = SSHServerConfiguration(
            hostKey: try HostKey(derivedFrom: seed, name: manifest.agentID), sessions: sessions, logger: logger)
        configuration.authentication = .none
        return configuration
    }

    /// The message of the day, unless whoever comes does not want to see it.
    private func greeting(_ manifest: AgentManifest) -> String {
        guard !manifest.motdFile.isEmpty, access("\(environment.user.home)/.hushlogin", F_OK) != 0 else { return "" }
        let path = environment.expandPath(manifest.motdFile, environment.variables(manifest))
        let text = MachineFile.text(path, sizeMax: 64 << 10) ?? ""
        return text.isEmpty || text.hasSuffix("\n") ? text : text + "\n"
    }
}
