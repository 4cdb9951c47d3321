import CShims
import Glibc
import Logging
import Postgres
import PostgresTestSupport
import TestSupport
import Testing

@Suite("the server's own PostgreSQL") struct ManagedPostgresTests {
    /// Runs a test with a directory of its own.
    static func with(_ body: (ManagedPostgresSettings) async throws -> Void) async throws {
        let directory = try TestCluster.temporaryDirectory()
        do { try await body(TestCluster.settings(in: directory)) } catch {
            cshims_remove_tree(directory)
            throw error
        }
        cshims_remove_tree(directory)
    }

    @Test("it is made, stopped and started again with what was in it, and used by one server at a time")
    func lifecycle() async throws {
        try await Self.with { settings in
            let first = try await ManagedPostgres.start(settings, logger: quiet)
            let connection = try await Connection.open(ConnectionSettings(first.address))
            #expect(try await connection.value("select current_setting('data_checksums') || ' ' || pg_encoding_to_char(encoding) from pg_database where datname = 'berth'") == "on UTF8")
            #expect(try await connection.value("show listen_addresses") == "")
            try await connection.script("create table kept as select 7 as n")
            let error = await #expect(throws: DatabaseError.self) { try await ManagedPostgres.start(settings, logger: quiet) }
            #expect(error?.message.hasPrefix("another server uses this data directory (process \(getpid()) on ") == true)
            await first.stop()
            try await eventually("its connections are closed") { !connection.isOpen }
            #expect(access(settings.directory + "/data/postmaster.pid", F_OK) != 0, "it was not shut down cleanly")
            var status = stat()
            #expect(stat(settings.directory + "/run", &status) == 0 && status.st_mode & 0o777 == 0o700)
            let second = try await ManagedPostgres.start(settings, logger: quiet)
            let again = try await Connection.open(ConnectionSettings(second.address))
            #expect(try await again.value("select n from kept") == 7)
            again.close()
            await second.stop()
        }
    }

    @Test("killed under load it is started again, and requests fail until it is back")
    func killed() async throws {
        try await Self.with { settings in
            let server = try await ManagedPostgres.start(settings, logger: quiet)
            let pool = ConnectionPool(PoolSettings(server.address), logger: quiet)
            try await pool.query("create table log (n bigint)")
            let load = (0..<8).map { worker in
                Task {
                    var written: [Int] = []
                    var failures = 0
                    var number = worker * 1_000_000
                    while !Task.isCancelled {
                        number += 1
                        do {
                            try await pool.query("insert into log values (\(number))")
                            written.append(number)
                        } catch let error as DatabaseError {
                            #expect(error.isUnavailable, "\(error)")
                            failures += 1
                        } catch is CancellationError { break }
                    }
                    return (written, failures)
                }
            }
            for signal in [SIGKILL, SIGQUIT] {
                let count: Int = try await pool.value("select count(*) from log")
                try await eventually("there is load") { try await pool.value("select count(*) from log") > count + 100 }
                let process = server.process
                kill(process, signal)
                try await eventually(within: .seconds(60), "it is back") {
                    guard server.process != process else { return false }
                    return (try? await pool.value("select count(*) from log") > count) == true  // not back yet
                }
            }
            for task in load { task.cancel() }
            var failures = 0
            let present = Set(try await pool.query("select n from log").map { try $0.decode("n", as: Int.self) })
            for task in load {
                let result = try await task.value
                let lost = result.0.filter { !present.contains($0) }
                #expect(lost.isEmpty, "what was acknowledged is lost")
                failures += result.1
            }
            #expect(failures > 0)
            pool.close()
            await server.stop()
        }
    }

    @Test("a postmaster that lives on is stopped, and a stale or foreign pid file is no obstacle")
    func predecessors() async throws {
        try await Self.with { settings in
            let server = try await ManagedPostgres.start(settings, logger: quiet)
            await server.stop()
            let pidFile = settings.directory + "/data/postmaster.pid"
            // A number that nobody has; one that somebody else has; no number.
            for text in ["4194303\n", "\(getpid())\n", "?\n"] {
                try write(pidFile, text)
                if text == "?\n" {
                    let error = await #expect(throws: DatabaseError.self) { try await ManagedPostgres.start(settings, logger: quiet) }
                    #expect(error?.message.contains("bogus data in lock file") == true, "\(error?.message ?? "")")
                    unlink(pidFile)
                } else {
                    let again = try await ManagedPostgres.start(settings, logger: quiet)
                    await again.stop()
                }
            }
        }
    }

    @Test("what stands in its way is said")
    func refusals() async throws {
        try await Self.with { settings in
            var long = settings
            long.directory += "/" + String(repeating: "x", count: 100)
            await expect(containing: "choose a data directory with a shorter path") { _ = try await ManagedPostgres.start(long, logger: quiet) }
            let server = try await ManagedPostgres.start(settings, logger: quiet)
            await server.stop()
            try write(settings.directory + "/data/PG_VERSION", "9\n")
            await expect(containing: "belongs to PostgreSQL 9, and installed is") { _ = try await ManagedPostgres.start(settings, logger: quiet) }
            var none = settings
            none.programs = settings.directory
            await expect(containing: "there is no PostgreSQL server with initdb in") { _ = try await ManagedPostgres.start(none, logger: quiet) }
        }
        guard geteuid() == 0 else { return }
        try await Self.with { settings in
            var closed = settings
            closed.directory = settings.directory + "/closed/pg"
            mkdir(settings.directory, 0o711)
            mkdir(settings.directory + "/closed", 0o700)
            await expect(containing: "cannot enter \(settings.directory)/closed") { _ = try await ManagedPostgres.start(closed, logger: quiet) }
            closed.user = "nobody-of-this-name"
            await expect(containing: "there is no other user \"nobody-of-this-name\"") { _ = try await ManagedPostgres.start(closed, logger: quiet) }
        }
    }

    private func write(_ path: String, _ text: String) throws {
        guard let file = fopen(path, "w") else { throw TestFailure("cannot write \(path)") }
        fputs(text, file)
        fclose(file)
    }
}

/// Expects a ``DatabaseError`` whose message has these words.
func expect(containing words: String, _ body: () async throws -> Void, sourceLocation: SourceLocation = #_sourceLocation) async {
    let error = await #expect(throws: DatabaseError.self, sourceLocation: sourceLocation) { try await body() }
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")", sourceLocation: sourceLocation)
}
