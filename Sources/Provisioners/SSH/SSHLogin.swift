import CSSH
import Glibc

/// Tries the ways to log in that an endpoint has, one after the other.
struct SSHLogin {
    let session: SSHSession

    private var handle: ssh_session { session.handle }
    private var endpoint: SSHEndpoint { session.endpoint }

    func perform() throws {
        var tried = ["none"]
        if isSuccess(ssh_userauth_none(handle, nil)) { return }
        if let text = endpoint.privateKey {
            tried.append("publickey")
            var key = try SSHKey.privateKey(text)
            if let certificate = endpoint.certificate { key = try SSHKey.certified(key, by: certificate) }
            if isSuccess(ssh_userauth_publickey(handle, nil, key.key)) { return }
        }
        if let path = endpoint.agentSocket {
            tried.append("publickey (agent)")
            // The session closes it.
            ssh_set_agent_socket(handle, try Self.connect(toAgent: path))
            if isSuccess(ssh_userauth_agent(handle, nil)) { return }
        }
        if let password = endpoint.password {
            tried.append("password")
            if isSuccess(ssh_userauth_password(handle, nil, password)) { return }
            tried.append("keyboard-interactive")
            if answerQuestions(with: password) { return }
        }
        guard ssh_is_connected(handle) == 1 else { throw session.failure("ssh: handshake failed: \(session.lastError)") }
        throw session.failure(
            "ssh: handshake failed: ssh: unable to authenticate, attempted methods [\(tried.joined(separator: " "))], no supported methods remain"
        )
    }

    private func isSuccess(_ status: Int32) -> Bool { status == SSH_AUTH_SUCCESS.rawValue }

    private func answerQuestions(with password: String) -> Bool {
        var status = ssh_userauth_kbdint(handle, nil, nil)
        var rounds = 0
        // A server that never has enough of answers is left alone.
        while status == SSH_AUTH_INFO.rawValue, rounds < 16 {
            rounds += 1
            for index in 0..<max(0, ssh_userauth_kbdint_getnprompts(handle)) {
                ssh_userauth_kbdint_setanswer(handle, UInt32(index), password)
            }
            status = ssh_userauth_kbdint(handle, nil, nil)
        }
        return isSuccess(status)
    }

    private static func connect(toAgent path: String) throws(SSHError) -> Int32 {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
            throw SSHError("the path in SSH_AUTH_SOCK is too long", isFinal: true)
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard status == 0 else {
            let code = errno
            if descriptor >= 0 { close(descriptor) }
            throw SSHError("error connecting to the SSH agent at SSH_AUTH_SOCK: \(SSHError.text(code))", isFinal: true)
        }
        return descriptor
    }
}
