import Scalars
import CPQ
import CShims
import Glibc
import Threads

/// Makes one connection, on a thread of its own: looking up names and shaking hands can block, whatever libpq promises.
struct ConnectionAttempt {
    let settings: ConnectionSettings

    /// - Throws: ``DatabaseError`` with code `unavailable`, or `configuration` where trying again cannot help.
    func run() async throws -> PGHandle {
        do {
            return try await OwnThread.run("berth-pg-open", stackSizeBytes: 512 << 10) { try connect() }
        } catch let error as ThreadError {
            throw DatabaseError(.unavailable, "cannot connect to the database: \(error)")
        }
    }

    private func connect() throws(DatabaseError) -> PGHandle {
        let (keywords, values) = (settings.address.parameters.map(\.0), settings.address.parameters.map(\.1))
        let started = withCStrings(keywords) { keywords in withCStrings(values) { values in PQconnectStartParams(keywords, values, 1) } }
        guard let connection = started else { throw DatabaseError(.unavailable, "there is no memory for a connection") }
        let handle = PGHandle(connection)
        let deadline = cshims_monotonic_ns() &+ UInt64(clamping: settings.connectTimeout.wholeMicroseconds) &* 1000
        do throws(DatabaseError) {
            try poll(handle, until: deadline)
            guard PQsetnonblocking(handle.connection, 1) == 0 else { throw handle.failure("cannot use the connection") }
            return handle
        } catch {
            handle.finish()
            throw error
        }
    }

    private func poll(_ handle: PGHandle, until deadline: UInt64) throws(DatabaseError) {
        guard PQstatus(handle.connection) != CONNECTION_BAD else { throw failure(handle) }
        var wanted = PGRES_POLLING_WRITING
        while true {
            let now = cshims_monotonic_ns()
            guard now < deadline else {
                throw DatabaseError(.unavailable, "\(settings.address) did not take a connection within \(settings.connectTimeout)")
            }
            var poll = pollfd(
                fd: PQsocket(handle.connection), events: Int16(wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT), revents: 0)
            let count = Glibc.poll(&poll, 1, Int32(clamping: (deadline - now) / 1_000_000 + 1))
            if count <= 0 { continue }  // the time is over, or a signal came
            wanted = PQconnectPoll(handle.connection)
            if wanted == PGRES_POLLING_OK { return }
            if wanted == PGRES_POLLING_FAILED { throw failure(handle) }
        }
    }

    private func failure(_ handle: PGHandle) -> DatabaseError {
        var error = handle.failure("cannot connect to the database")
        // libpq keeps no code of a failed connection; a wrong password stays wrong, and is still told apart by its words.
        error.code = .unavailable
        return error
    }
}

/// Calls with the strings as C has a list of strings.
func withCStrings<T>(_ strings: [String], _ body: ([UnsafePointer<CChar>?]) -> T) -> T {
    let copies = strings.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    return body(copies.map { UnsafePointer($0) } + [nil])
}
