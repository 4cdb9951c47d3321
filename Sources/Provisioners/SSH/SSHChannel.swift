import CSSH
import Glibc

/// A stream within a session: a command, or a connection through the machine.
final class SSHChannel {
    let session: SSHSession
    private let handle: ssh_channel
    private let exit: ExitSignal

    private init(_ session: SSHSession) throws {
        guard let handle = ssh_channel_new(session.handle) else { throw SSHError("ssh: \(session.lastError)") }
        self.session = session
        self.handle = handle
        exit = ExitSignal(handle)
    }

    deinit {
        ssh_channel_close(handle)
        ssh_channel_free(handle)
        exit.free()
    }

    /// Starts a command.
    static func command(_ command: String, _ session: SSHSession) throws -> SSHChannel {
        try session.attempt {
            let channel = try SSHChannel(session)
            guard ssh_channel_open_session(channel.handle) == SSH_OK, ssh_channel_request_exec(channel.handle, command) == SSH_OK else {
                throw SSHError("ssh: \(session.lastError)")
            }
            return channel
        }
    }

    /// Connects to another machine.
    static func forward(_ session: SSHSession, to endpoint: SSHEndpoint) throws -> SSHChannel {
        try session.attempt {
            let channel = try SSHChannel(session)
            guard ssh_channel_open_forward(channel.handle, endpoint.host, Int32(endpoint.port), "127.0.0.1", 0) == SSH_OK else {
                throw SSHError("Error connecting to bastion: \(endpoint.address) cannot be reached from there: \(session.lastError)")
            }
            return channel
        }
    }

    /// Sends all of it.
    func write(_ bytes: some Sequence<UInt8>) throws {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let part = rest.prefix(1 << 20)
            let count = try session.attempt {
                let count = part.withUnsafeBytes { ssh_channel_write(handle, $0.baseAddress, UInt32($0.count)) }
                guard count > 0 else { throw SSHError("ssh: the machine took no more data: \(session.lastError)") }
                return count
            }
            rest = rest.dropFirst(Int(count))
        }
    }

    func writeEnd() throws {
        try session.attempt {
            guard ssh_channel_send_eof(handle) == SSH_OK else { throw SSHError("ssh: \(session.lastError)") }
        }
    }

    /// What has arrived: nil if nothing has yet, empty at the end.
    func readAvailable(fromErrors: Bool) throws -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 32 << 10)
        let count = ssh_channel_read_nonblocking(handle, &buffer, UInt32(buffer.count), fromErrors ? 1 : 0)
        if count > 0 { return Array(buffer[..<Int(count)]) }
        if count == SSH_EOF || ssh_channel_is_eof(handle) != 0 || ssh_channel_is_closed(handle) != 0 { return [] }
        guard count == 0 else {
            return try session.attempt { throw SSHError("ssh: \(session.lastError)") }
        }
        return nil
    }

    /// Passes on what the command prints, of both streams, until it ends.
    func drain(_ output: (_ bytes: [UInt8], _ isError: Bool) throws -> Void) throws {
        while true {
            let plain = try readAvailable(fromErrors: false)
            let errors = try readAvailable(fromErrors: true)
            if let plain, !plain.isEmpty { try output(plain, false) }
            if let errors, !errors.isEmpty { try output(errors, true) }
            if plain?.isEmpty == true, errors?.isEmpty == true { return }
            if plain?.isEmpty == false || errors?.isEmpty == false { continue }
            // Not for long: reading one stream may have put aside something of the other.
            _ = try session.interrupt.wait(for: POLLIN, of: ssh_get_fd(session.handle), atMost: .milliseconds(100))
        }
    }

    /// How a command ended, once its output has.
    func end() throws -> SSHCommandEnd {
        // Status and signal come after the end of the output; libssh waits for them here.
        let status = ssh_channel_get_exit_status(handle)
        if let signal = exit.name { return .signal(signal) }
        if status >= 0 { return .status(Int(status)) }
        try session.interrupt.check()
        return .unknown
    }
}

/// How a remote command ended.
enum SSHCommandEnd: Equatable {
    case status(Int)
    /// By its name without "SIG".
    case signal(String)
    /// The connection was lost before.
    case unknown

    var isSuccess: Bool { self == .status(0) }

    /// As Terraform describes it.
    var description: String {
        switch self {
        case .status(let status): "Process exited with status \(status)"
        case .signal(let name): "Process exited with status \(128 + (Self.numbers[name] ?? 0)) from signal \(name)"
        case .unknown: "wait: remote command exited without exit status or exit signal"
        }
    }

    private static let numbers = [
        "ABRT": 6, "ALRM": 14, "FPE": 8, "HUP": 1, "ILL": 4, "INT": 2, "KILL": 9, "PIPE": 13, "QUIT": 3, "SEGV": 11, "TERM": 15,
    ]
}
