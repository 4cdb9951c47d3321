import CShims
import Glibc

/// A process of PostgreSQL's that was started as its user, and what it prints.
struct PostgresProcess {
    let id: pid_t
    let descriptor: Int32
    let output: Int32

    /// Starts it. It is told to end when the calling thread does, also if that is killed.
    ///
    /// - Throws: ``DatabaseError`` with code `cluster`.
    init(_ arguments: [String], user: SystemUser, directory: String, deathSignal: Int32) throws(DatabaseError) {
        var ends: [Int32] = [-1, -1]
        let status = cshims_pipe(&ends)
        if status < 0 { throw .system("cannot make a pipe", -status) }
        defer { close(ends[1]) }
        _ = fcntl(ends[1], F_SETFL, 0)  // only our end must not block
        var environment = ["LC_ALL=C", "PATH=/usr/bin:/bin"]
        if let zone = getenv("TZDIR") { environment.append("TZDIR=\(String(cString: zone))") }
        let started = arguments.mutableCStrings { arguments in
            environment.mutableCStrings { environment in
                cshims_spawn_as(
                    arguments[0], arguments, environment, directory, user.isOther ? user.id : uid_t.max, user.group, user.groups,
                    user.groups.count, ends[1], deathSignal)
            }
        }
        guard started > 0 else {
            close(ends[0])
            throw .system("cannot start \(arguments[0]) as user \(user.name)", -started)
        }
        id = started
        output = ends[0]
        descriptor = cshims_pidfd_open(started)
        guard descriptor >= 0 else {
            kill(started, SIGQUIT)
            waitpid(started, nil, 0)
            close(ends[0])
            throw .system("cannot watch \(arguments[0])", -descriptor)
        }
    }

    /// Waits for output, its end or an event: what it has printed since, and whether it has ended.
    func wait(_ event: Int32 = -1, milliseconds: Int32) -> (output: [UInt8], hasEnded: Bool, isEvent: Bool) {
        var polls = [descriptor, output, event].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        guard poll(&polls, nfds_t(polls.count), milliseconds) >= 0 else { return ([], false, false) }
        var buffer = [UInt8](repeating: 0, count: 32 << 10)
        let count = read(output, &buffer, buffer.count)
        // An end of file comes again and again; the end of the process is what is waited for.
        if count == 0, polls[0].revents == 0 { usleep(10_000) }
        return (Array(buffer.prefix(max(0, count))), polls[0].revents != 0, polls[2].revents != 0)
    }

    /// After its end: how it ended. The descriptors are closed.
    func reap() -> String {
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0, errno == EINTR {}
        close(descriptor)
        close(output)
        return status & 0x7f == 0 ? "exit status \(status >> 8 & 0xff)" : "signal \(status & 0x7f)"
    }
}

extension [String] {
    /// Calls with the strings as C has a list of strings.
    fileprivate func mutableCStrings<T>(_ body: ([UnsafeMutablePointer<CChar>?]) -> T) -> T {
        let copies = map { strdup($0) }
        defer { for copy in copies { free(copy) } }
        return body(copies + [nil])
    }
}
