import CShims
import Glibc
import Synchronization
import Threads

/// One thread that waits for the sockets of all connections, and tells each when there is something to read.
final class SocketWatcher: Sendable {
    /// What is told of a socket. Called on the watcher's thread; must not block.
    protocol Client: AnyObject, Sendable {
        func socketIsReady()
        /// Called several times a second, for what has taken too long.
        func check(now: UInt64)
    }

    /// The watcher of this process; its thread lasts as long as the process.
    static func shared() throws(DatabaseError) -> SocketWatcher {
        switch made {
        case .success(let watcher): return watcher
        case .failure(let error): throw error
        }
    }

    private static let made = Result<SocketWatcher, DatabaseError> { () throws(DatabaseError) in try SocketWatcher() }

    private struct Weak: Sendable { weak var client: (any Client)? }

    private let epoll: Int32
    private let clients = Mutex<(next: UInt64, byID: [UInt64: Weak])>((1, [:]))

    private init() throws(DatabaseError) {
        epoll = cshims_epoll()
        guard epoll >= 0 else { throw DatabaseError(.unavailable, "cannot watch sockets: \(String(cString: strerror(-epoll)))") }
        do {
            try OwnThread.start("berth-pg", stackSizeBytes: 512 << 10) { [self] in run() }
        } catch {
            close(epoll)
            throw DatabaseError(.unavailable, "\(error)")
        }
    }

    /// Begins to watch; the id is what the other functions take.
    func add(_ client: any Client, socket: Int32) throws(DatabaseError) -> UInt64 {
        let id = clients.withLock { clients in
            defer { clients.next += 1 }
            clients.byID[clients.next] = Weak(client: client)
            return clients.next
        }
        let status = cshims_epoll_set(epoll, socket, 1, Int32(CSHIMS_EPOLL_READ), id)
        guard status >= 0 else {
            clients.withLock { _ = $0.byID.removeValue(forKey: id) }
            throw DatabaseError(.unavailable, "cannot watch a socket: \(String(cString: strerror(-status)))")
        }
        return id
    }

    /// Whether it is to be told also when the socket takes more.
    func setWriting(_ writing: Bool, socket: Int32, id: UInt64) {
        // Fails only for a socket that is closed, which reading finds out.
        _ = cshims_epoll_set(epoll, socket, 0, Int32(CSHIMS_EPOLL_READ) | (writing ? Int32(CSHIMS_EPOLL_WRITE) : 0), id)
    }

    /// To be called before the socket is closed.
    func remove(socket: Int32, id: UInt64) {
        _ = cshims_epoll_remove(epoll, socket)  // fails only if it is closed already
        clients.withLock { _ = $0.byID.removeValue(forKey: id) }
    }

    private func run() {
        var ids = [UInt64](repeating: 0, count: 64)
        var checked = cshims_monotonic_ns()
        while true {
            let count = cshims_epoll_wait(epoll, &ids, 250)
            for id in ids.prefix(max(0, Int(count))) { clients.withLock { $0.byID[id]?.client }?.socketIsReady() }
            let now = cshims_monotonic_ns()
            guard now - checked > 200_000_000 else { continue }
            checked = now
            for client in clients.withLock({ Array($0.byID.values) }) { client.client?.check(now: now) }
        }
    }
}
