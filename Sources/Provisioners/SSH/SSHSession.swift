import CSSH
import Glibc

/// A connection to a machine on which somebody is logged in. It stays on the thread that made it.
final class SSHSession {
    let handle: ssh_session
    let endpoint: SSHEndpoint
    let interrupt: Interrupt
    private let descriptor: Int32

    /// Shakes hands over a connected socket, checks the machine's key, logs in.
    ///
    /// - Parameter descriptor: now belongs to the session.
    init(_ endpoint: SSHEndpoint, over descriptor: Int32, within limit: Duration, _ interrupt: Interrupt) throws {
        guard let handle = ssh_new() else {
            interrupt.forget(descriptor)
            close(descriptor)
            throw SSHError("libssh has no memory")
        }
        self.handle = handle
        self.endpoint = endpoint
        self.descriptor = descriptor
        self.interrupt = interrupt
        try attempt { try setOptions(limit) }
        try attempt { try shakeHands() }
    }

    deinit {
        ssh_disconnect(handle)
        // libssh closes the descriptor, whose number may then be somebody else's.
        interrupt.forget(descriptor)
        ssh_free(handle)
    }

    /// What libssh said last.
    var lastError: String {
        let text = ssh_get_error(UnsafeMutableRawPointer(handle)).map { String(cString: $0) } ?? ""
        return text.isEmpty ? "the connection was lost" : text
    }

    /// Runs it; if it fails after the interrupt, that was the reason.
    func attempt<T>(_ body: () throws -> T) throws -> T {
        do { return try body() } catch {
            try interrupt.check()
            throw error
        }
    }

    private func set(_ option: ssh_options_e, _ value: UnsafeRawPointer) throws(SSHError) {
        guard ssh_options_set(handle, option, value) == SSH_OK else { throw SSHError("libssh: \(lastError)", isFinal: true) }
    }

    private func setOptions(_ limit: Duration) throws {
        var descriptor = descriptor
        try set(SSH_OPTIONS_FD, &descriptor)
        // Files of the user that runs us have no say.
        var no: Int32 = 0
        try set(SSH_OPTIONS_PROCESS_CONFIG, &no)
        try set(SSH_OPTIONS_KNOWNHOSTS, "/dev/null")
        try set(SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null")
        try set(SSH_OPTIONS_USER, endpoint.user)
        var seconds = Int(max(1, min(limit.components.seconds, 3600)))
        try set(SSH_OPTIONS_TIMEOUT, &seconds)
    }

    private func shakeHands() throws {
        let expected = try endpoint.hostKey.map { text throws(SSHError) in try SSHKey.publicKey(text) }
        if let expected {
            // The machine may have several keys: it is asked for the kind that is expected.
            try set(SSH_OPTIONS_HOSTKEYS, expected.type == "ssh-rsa" ? "rsa-sha2-512,rsa-sha2-256,ssh-rsa" : expected.type)
        }
        guard ssh_connect(handle) == SSH_OK else { throw failure("ssh: handshake failed: \(lastError)") }
        if let expected, try !SSHKey.ofServer(handle).isSamePublicKey(as: expected.key) {
            throw failure("ssh: handshake failed: knownhosts: key mismatch")
        }
        try SSHLogin(session: self).perform()
    }

    func failure(_ reason: String, isFinal: Bool = false) -> SSHError {
        SSHError("SSH authentication failed (\(endpoint.user)@\(endpoint.address)): \(reason)", isFinal: isFinal)
    }
}
