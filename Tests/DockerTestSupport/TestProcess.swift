import Glibc

/// Programs that tests need, and that must not outlive them.
package enum TestProcess {
    /// Starts a shell whose input ends when this process is gone, however that happens; the script waits for that with `read`.
    package static func start(_ script: String, _ arguments: [String]) throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw TestEngineError(text: "no pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[0], 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A thread of Swift's may have blocked signals; without SIGCHLD a shell waits for ever.
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))
        let words = ["/bin/sh", "-c", script, "sh"] + arguments
        var pointers = words.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var process: pid_t = 0
        let result = posix_spawn(&process, "/bin/sh", &actions, &attributes, &pointers, environ)
        close(ends[0])
        guard result == 0 else { throw TestEngineError(text: "cannot start a shell: \(result)") }
        // The other end stays open as long as this process lives.
    }

    /// A program of the system.
    package static func find(_ name: String) -> String? {
        let path = getenv("PATH").map { String(cString: $0) } ?? ""
        return (path.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin"]).map { "\($0)/\(name)" }.first {
            access($0, X_OK) == 0
        }
    }

    /// A port that nobody listens on.
    package static func freePort() throws -> Int {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, size) | getsockname(socket, $0, &size) }
        }
        guard socket >= 0, result == 0 else { throw TestEngineError(text: "no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    package static func temporaryDirectory() throws -> String {
        // Short: the path of a socket has a hundred bytes at most.
        var template = Array("/tmp/berth-docker-XXXXXX".utf8CString)
        guard let path = mkdtemp(&template) else { throw TestEngineError(text: "no temporary directory") }
        return String(cString: path)
    }
}
