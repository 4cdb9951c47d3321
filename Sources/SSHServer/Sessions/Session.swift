import Logging
import NIOCore

/// A channel on which something is run: a shell, a command, or SFTP. RFC 4254, section 6.
final class Session: ChannelContent {
    private unowned let connection: Connection
    /// Set once it exists, before anything arrives.
    weak var channel: SSHChannel?

    private enum Phase {
        /// The client describes what it wants.
        case preparing
        /// It is being found out what to run; with what has arrived meanwhile.
        case starting(Task<Void, Never>)
        case process(ProcessSession)
        case files(FileSession)
        case over
    }

    private var phase = Phase.preparing
    private var environment: [String: String] = [:]
    private var terminal: TerminalRequest?
    private var agent: AgentSocket?
    /// What has come before there was somebody to read it; the window bounds it.
    private var early = ByteBuffer()
    private var endsEarly = false
    private static let valueSizeMax = 32 << 10

    init(_ connection: Connection) { self.connection = connection }

    private var policy: SessionPolicy { connection.configuration.sessions }

    // MARK: - Requests

    func receiveRequest(_ name: String, _ packet: inout ByteBuffer) throws -> Bool {
        switch name {
        case "env":
            let (name, value) = (try packet.takeText(), try packet.takeText())
            return setVariable(name, value)
        case "pty-req":
            guard case .preparing = phase, terminal == nil, policy.letsUseTerminals else { return false }
            terminal = try TerminalRequest(&packet)
            return true
        case "auth-agent-req@openssh.com": return openAgent()
        case "shell": return start(.shell)
        case "exec": return start(.exec(command: try packet.takeText()))
        case "subsystem":
            let name = try packet.takeText()
            return name == "sftp" ? startFiles() : start(.subsystem(name: name))
        case "window-change":
            let size = try TerminalSize(&packet)
            terminal?.size = size
            if case .process(let process) = phase { process.resize(size) }
            return terminal != nil
        case "signal":
            guard case .process(let process) = phase else { return false }
            return process.signal(try packet.takeText())
        case "eow@openssh.com":
            // OpenSSH's PROTOCOL, section 2.1: what reads the output has gone.
            if case .process(let process) = phase { process.endOutput() }
            return true
        case "keepalive@openssh.com": return true
        default: return false
        }
    }

    private func setVariable(_ name: String, _ value: String) -> Bool {
        guard case .preparing = phase, policy.acceptsVariable(name), !name.isEmpty, !name.contains("="),
            value.utf8.count <= Self.valueSizeMax, environment.count < connection.limits.environmentVariablesMax
        else { return false }
        environment[name] = value
        return true
    }

    private func openAgent() -> Bool {
        guard case .preparing = phase, agent == nil, connection.configuration.forwarding.letsUseAgent else { return false }
        do {
            agent = try AgentSocket(for: connection, in: policy.socketDirectory)
            return true
        } catch {
            connection.logger.notice("agent cannot be forwarded", metadata: ["error": "\(error)"])
            return false
        }
    }

    // MARK: - Start

    private func startFiles() -> Bool {
        guard case .preparing = phase, let channel, let policy = connection.configuration.files else { return false }
        let files = FileSession(channel, policy, connection.configuration, on: connection.loop)
        phase = .files(files)
        return true
    }

    private func start(_ kind: SessionRequest.Kind) -> Bool {
        guard case .preparing = phase else { return false }
        var request = SessionRequest(user: connection.user, kind: kind, environment: environment, hasTerminal: terminal != nil)
        if let terminal, !terminal.type.isEmpty { request.environment["TERM"] = terminal.type }
        if let agent { request.environment["SSH_AUTH_SOCK"] = agent.path }
        let find = policy.command
        let promise = connection.loop.makePromise(of: SessionCommand.self)
        phase = .starting(promise.completeWithTask { [request] in try await find(request) })
        promise.futureResult.assumeIsolated().whenComplete { [weak self] result in self?.found(result) }
        return true
    }

    private func found(_ result: Result<SessionCommand, any Error>) {
        guard case .starting = phase, let channel else { return }
        do {
            let process = try run(try result.get(), channel)
            phase = .process(process)
            process.start()
            if early.readableBytes > 0 { process.receive(early) }
            early = ByteBuffer()
            if endsEarly { process.receiveEOF() }
        } catch {
            phase = .over
            connection.logger.info("session cannot be started", metadata: ["error": "\(error)"])
            channel.send(ByteBuffer(string: "\(error)\r\n"), isError: true)
            // As shells do when there is no such command.
            channel.sendRequest("exit-status") { $0.writeInteger(UInt32(127)) }
            channel.close()
        }
    }

    private func run(_ command: SessionCommand, _ channel: SSHChannel) throws(SSHError) -> ProcessSession {
        var command = command
        let process: ChildProcess
        if let terminal {
            let device = try PseudoTerminal()
            command.environment["SSH_TTY"] = device.path
            terminal.apply(to: device.descriptor)
            device.resize(terminal.size)
            if !command.greeting.isEmpty {
                channel.send(ByteBuffer(string: command.greeting.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")))
            }
            process = try ChildProcess.start(command, on: device)
        } else {
            process = try ChildProcess.start(command)
        }
        return ProcessSession(process, channel, on: connection.loop, hangUpSeconds: connection.limits.hangUpSeconds)
    }

    // MARK: - Data

    func receive(_ data: ByteBuffer) {
        switch phase {
        case .preparing, .starting: early.writeImmutableBuffer(data)
        case .process(let process): process.receive(data)
        case .files(let files): files.receive(data)
        case .over: channel?.consumed(data.readableBytes)
        }
    }

    func receiveEOF() {
        switch phase {
        case .preparing, .starting: endsEarly = true
        case .process(let process): process.receiveEOF()
        case .files(let files): files.receiveEOF()
        case .over: break
        }
    }

    func outputIsFree() {
        switch phase {
        case .process(let process): process.outputIsFree()
        case .files(let files): files.outputIsFree()
        case .preparing, .starting, .over: break
        }
    }

    func closed() {
        switch phase {
        case .starting(let task): task.cancel()
        case .process(let process): process.closed()
        case .files(let files): files.closed()
        case .preparing, .over: break
        }
        phase = .over
        early = ByteBuffer()
        agent?.close()
        agent = nil
    }
}
