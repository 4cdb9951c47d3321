import CShims
import Glibc
import Logging
package import Postgres

/// A PostgreSQL of the tests' own, started once per test process and gone with it. Every test gets a database of its own.
package actor TestCluster {
    package static let shared = TestCluster()

    private var started: Task<ManagedPostgres, any Error>?
    /// Databases that others are copied from, by name.
    private var templates: [String: Task<Void, any Error>] = [:]
    private var count = 0

    /// A new database: a copy of what `prepare` makes of an empty one. It is prepared once for each name.
    ///
    /// - Parameter template: names what `prepare` does.
    package func database(
        template: String = "empty", prepare: @escaping @Sendable (ConnectionSettings) async throws -> Void = { _ in }
    ) async throws -> DatabaseAddress {
        let server = try await server()
        let source = "template_\(template)"
        if templates[source] == nil {
            templates[source] = Task {
                try await Self.create(source, from: "template0", on: server)
                try await prepare(ConnectionSettings(server.settings.address(database: source)))
            }
        }
        try await templates[source]?.value
        count += 1
        let name = "test_\(count)"
        try await Self.create(name, from: source, on: server)
        return server.settings.address(database: name)
    }

    /// A pool on a new database.
    package func pool(
        connectionCountMax: Int = 8, template: String = "empty",
        prepare: @escaping @Sendable (ConnectionSettings) async throws -> Void = { _ in }
    ) async throws -> ConnectionPool {
        var settings = PoolSettings(try await database(template: template, prepare: prepare))
        settings.connectionCountMax = connectionCountMax
        return ConnectionPool(settings, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    package func server() async throws -> ManagedPostgres {
        if let started { return try await started.value }
        let task = Task {
            let directory = try Self.temporaryDirectory()
            // The postmaster stops when this process is gone; then so can its files.
            try Self.removeAtExit(directory)
            return try await ManagedPostgres.start(
                Self.settings(in: directory), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        }
        started = task
        return try await task.value
    }

    /// For a cluster that need not survive a crash of the machine.
    package static func settings(in directory: String) -> ManagedPostgresSettings {
        var settings = ManagedPostgresSettings(directory: directory + "/pg")
        settings.options = ["fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_wal_size": "256MB"]
        settings.sharedBuffersMegabytes = 32
        return settings
    }

    /// A directory that another user may enter, with a path that is short enough for sockets.
    package static func temporaryDirectory() throws -> String {
        var template = Array("/tmp/berth-pg-XXXXXX".utf8CString)
        guard let path = mkdtemp(&template) else { throw TestClusterError(text: "no temporary directory") }
        chmod(path, 0o711)
        return String(cString: path)
    }

    private static func create(_ name: String, from template: String, on server: ManagedPostgres) async throws {
        let connection = try await Connection.open(ConnectionSettings(server.settings.address(database: "postgres")))
        defer { connection.close() }
        try await connection.query("create database \(identifier: name) template \(identifier: template)")
    }

    /// A shell waits until this process is gone, however that happens.
    private static func removeAtExit(_ directory: String) throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw TestClusterError(text: "no pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        // PostgreSQL removes its socket when it has stopped.
        let script = "read -r _; for i in $(seq 200); do [ -e \"$1/pg/data/postmaster.pid\" ] || break; sleep 0.1; done; rm -rf \"$1\""
        let texts = ["/bin/sh", "-c", script, "sh", directory]
        let words: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        let environment: [UnsafeMutablePointer<CChar>?] = [strdup("PATH=/usr/bin:/bin"), nil]
        defer { for word in environment { free(word) } }
        let process = cshims_spawn_command("/bin/sh", words, environment, nil, ends[0], -1, -1)
        close(ends[0])
        guard process > 0 else { throw TestClusterError(text: "cannot start a shell") }
        // The other end stays open as long as this process lives.
    }
}

/// Why there is no cluster to test with.
package struct TestClusterError: Error, CustomStringConvertible {
    var text: String
    package var description: String { text }
}
