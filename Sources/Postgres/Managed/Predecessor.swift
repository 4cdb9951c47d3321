import CShims
import Glibc

/// What an earlier server may have left running on the data.
struct Predecessor {
    let data: String

    /// Stops a postmaster that runs on the data, and waits for what is left of one that was killed. Blocks.
    ///
    /// Only to be called by who has the ``DirectoryLock``.
    /// - Returns: what was found, for the log.
    /// - Throws: ``DatabaseError`` with code `cluster` if it does not end.
    @discardableResult
    func end(within limit: Duration) throws(DatabaseError) -> String? {
        var found: String?
        if let process = postmaster() {
            found = "postmaster \(process) was still running"
            // Fast, then at once; never SIGKILL, which would leave its children behind.
            kill(process, SIGINT)
            if !waitUntil(limit, { postmaster() != process }) {
                kill(process, SIGQUIT)
                guard waitUntil(.seconds(20), { postmaster() != process }) else {
                    throw DatabaseError(.cluster, "PostgreSQL of an earlier start (process \(process)) does not stop; stop it by hand")
                }
            }
        }
        if !waitUntil(.seconds(10), { processes().isEmpty }) {
            // Their postmaster is dead; they cannot be told to end any more.
            let left = processes()
            found = "processes \(left.map(String.init).joined(separator: ", ")) were left of a postmaster that was killed"
            for process in left { kill(process, SIGKILL) }
            guard waitUntil(.seconds(10), { processes().isEmpty }) else {
                throw DatabaseError(.cluster, "processes of an earlier PostgreSQL do not end: \(processes())")
            }
        }
        if let process = recorded(), process > 0, kill(process, 0) == 0 || errno == EPERM, !processes().contains(process) {
            // The number belongs to somebody else by now, and PostgreSQL would take them for its own.
            unlink(data + "/postmaster.pid")
        }
        return found
    }

    /// The process that the pid file names.
    private func recorded() -> pid_t? {
        guard let text = try? readText(data + "/postmaster.pid") else { return nil }  // none is running, then
        return text.split(separator: "\n").first.flatMap { pid_t($0) }
    }

    /// The postmaster, if it lives: a process that is what the pid file says, and works on this data.
    private func postmaster() -> pid_t? { recorded().flatMap { processes().contains($0) ? $0 : nil } }

    /// All processes of PostgreSQL that work on this data: it makes the directory its working directory.
    private func processes() -> [pid_t] {
        let directory = realPath(data)
        return entries(of: "/proc").compactMap { pid_t($0) }.filter { process in
            var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
            guard readlink("/proc/\(process)/cwd", &buffer, buffer.count - 1) > 0 else { return false }
            return strcmp(buffer, directory) == 0 && isPostgres(process)
        }
    }

    /// A shell that somebody has open in the directory is not to be killed.
    private func isPostgres(_ process: pid_t) -> Bool {
        (try? readText("/proc/\(process)/comm"))?.hasPrefix("postgres") == true  // gone, if it cannot be read
    }

    private func waitUntil(_ limit: Duration, _ condition: () -> Bool) -> Bool {
        let end = ContinuousClock.now + limit
        while !condition() {
            guard ContinuousClock.now < end else { return false }
            usleep(20_000)
        }
        return true
    }
}
