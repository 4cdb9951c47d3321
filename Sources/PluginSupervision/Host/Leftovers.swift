import CShims
import Glibc
package import PluginLoading

/// The processes that a worker's plugin started and left behind, found by the mark they inherited.
package enum Leftovers {
    /// A process that was found.
    package struct Process: Sendable, Equatable {
        package var id: Int32
        /// Its command line, for people.
        package var command: String
    }

    /// Kills every process that carries a worker's mark, and those that appear while it does.
    ///
    /// A process is killed through a descriptor that was opened before its mark was read, so that a recycled process
    /// number cannot hit a stranger.
    /// - Parameter worker: whose mark.
    /// - Parameter sparing: the worker itself, if it lives on.
    /// - Returns: what was killed.
    @discardableResult
    package static func end(of worker: WorkerID, sparing: Int32? = nil) -> [Process] {
        let mark = Array("\(WireProtocol.marker)=\(worker.rawValue)\0".utf8)
        var killed: [Process] = []
        // A process may fork between two looks; ten clean-ups in a row that find something new are a fork bomb, which
        // only the system's own limits can end.
        for round in 0..<50 {
            var found = false
            for id in directoryEntries("/proc").compactMap({ pid_t($0) }) where id != sparing && id != getpid() {
                let descriptor = cshims_pidfd_open(id)
                guard descriptor >= 0 else { continue }
                defer { close(descriptor) }
                guard environment(of: id, contains: mark) else { continue }
                found = true
                if !killed.contains(where: { $0.id == id }) { killed.append(Process(id: id, command: command(of: id))) }
                _ = cshims_pidfd_signal(descriptor, SIGKILL)
            }
            if !found { break }
            usleep(UInt32(1000 * min(round + 1, 20)))  // a killed process takes a moment to leave /proc
        }
        return killed
    }

    private static func environment(of id: pid_t, contains mark: [UInt8]) -> Bool {
        // Not readable: gone, or another user's, and so none of a worker's.
        guard let bytes = try? readFile("/proc/\(id)/environ", limit: 4 << 20), bytes.count >= mark.count else { return false }
        return bytes.withUnsafeBytes { bytes in
            mark.withUnsafeBytes { mark in cshims_contains(bytes.baseAddress!, bytes.count, mark.baseAddress!, mark.count) != 0 }
        }
    }

    private static func command(of id: pid_t) -> String {
        guard let bytes = try? readFile("/proc/\(id)/cmdline", limit: 1 << 16) else { return "?" }  // only for a message
        return String(decoding: bytes.map { $0 == 0 ? 0x20 : $0 }.prefix(200), as: UTF8.self)
    }
}
