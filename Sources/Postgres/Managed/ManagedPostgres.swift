import CShims
import Glibc
package import Logging
import Threads

/// The server's own PostgreSQL: made on the first start, reached through a socket in a private directory, and gone with the server.
///
/// If it dies it is started again. If *we* die it stops by itself; should it be late, the next start waits for it.
package final class ManagedPostgres: Sendable {
    package let settings: ManagedPostgresSettings
    private let keeper: PostgresKeeper
    private let lock: DirectoryLock

    private init(_ settings: ManagedPostgresSettings, _ keeper: PostgresKeeper, _ lock: DirectoryLock) {
        self.settings = settings
        self.keeper = keeper
        self.lock = lock
    }

    /// The database of the server.
    package var address: DatabaseAddress { settings.address() }

    /// The postmaster; 0 while there is none.
    package var process: Int32 { keeper.process }

    /// Starts it and returns when the database can be used.
    ///
    /// - Throws: ``DatabaseError`` with code `cluster` that says what is wrong and what to do; `CancellationError`.
    package static func start(_ settings: ManagedPostgresSettings, logger: Logger) async throws -> ManagedPostgres {
        var settings = settings
        try settings.checkSocketPath()
        let user = try SystemUser.toRun(settings)
        try user.reach(settings.directory)
        try user.makeDirectory(settings.directory)
        settings.directory = realPath(settings.directory)
        let lock = try DirectoryLock(settings.directory + "/lock")
        let programs = try await PostgresPrograms.find(settings)
        try user.makeDirectory(settings.socketDirectory)
        guard mkdir(settings.directory + "/log", 0o700) == 0 || errno == EEXIST else {
            throw DatabaseError.system("cannot make the directory \(settings.directory)/log")
        }
        if access(settings.data + "/PG_VERSION", F_OK) != 0 {
            logger.notice(
                "database is made", metadata: ["database.directory": "\(settings.data)", "database.version": "\(programs.version)"])
            try await initialize(settings, programs, user)
        }
        try PostgresConfiguration(settings: settings, user: user, version: programs.version).write()
        let keeper = try PostgresKeeper(
            settings, arguments: [programs.postgres, "-D", settings.data, "-c", "config_file=\(settings.directory)/postgresql.conf"],
            user: user,
            logger: logger)
        try keeper.start()
        let managed = ManagedPostgres(settings, keeper, lock)
        do {
            try await managed.becomeReady()
        } catch {
            await managed.stop()
            throw error
        }
        logger.info("database is running", metadata: ["database.process": "\(keeper.process)", "database.version": "\(programs.version)"])
        return managed
    }

    /// Stops it, and returns when it has ended. Connections that are open are ended.
    package func stop() async {
        await keeper.stop()
        lock.release()
    }

    private func becomeReady() async throws {
        let end = ContinuousClock.now + settings.startTimeout
        var connection: ConnectionSettings { ConnectionSettings(settings.address(database: "postgres")) }
        while true {
            if case .ended(let error) = keeper.phase { throw error ?? DatabaseError(.cluster, "PostgreSQL was stopped") }
            do {
                let connection = try await Connection.open(connection)
                defer { connection.close() }
                let name = ManagedPostgresSettings.name
                if try await connection.first("select from pg_database where datname = \(name)") == nil {
                    try await connection.script("create database \(SQL.quoted(name, "\""))")
                }
                keeper.becameReady()
                return
            } catch let error as DatabaseError where error.isUnavailable {
                guard ContinuousClock.now < end else {
                    throw DatabaseError(.cluster, "PostgreSQL was not ready within \(settings.startTimeout): \(error.message)")
                }
            }
            try await Task.sleep(for: .milliseconds(30))  // there is no event to wait for
        }
    }

    /// Makes the data beside its place, so that one that was not finished is not taken for data.
    private static func initialize(_ settings: ManagedPostgresSettings, _ programs: PostgresPrograms, _ user: SystemUser) async throws {
        let unfinished = settings.data + ".new"
        cshims_remove_tree(unfinished)
        var arguments = [
            programs.initdb, "-D", unfinished, "-U", ManagedPostgresSettings.name, "--encoding=UTF8", "--data-checksums", "--auth=peer",
            "--no-instructions",
        ]
        // The same order of texts on every machine and in every version.
        let locale = newlocale(1 << LC_COLLATE | 1 << LC_CTYPE, "C.UTF-8", nil)
        arguments.append(locale == nil ? "--locale=C" : "--locale=C.UTF-8")
        if let locale { freelocale(locale) }
        if programs.version >= 17 { arguments += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] }
        try await OwnThread.run("berth-initdb") { [arguments] in
            // Should we be killed, what it has made is removed by the next start.
            let process = try PostgresProcess(arguments, user: user, directory: settings.directory, deathSignal: SIGKILL)
            var output: [UInt8] = []
            while true {
                let seen = process.wait(milliseconds: 1000)
                output = Array((output + seen.output).suffix(4096))
                if seen.hasEnded { break }
            }
            let status = process.reap()
            guard access(unfinished + "/PG_VERSION", F_OK) == 0, status == "exit status 0" else {
                let words = String(decoding: output, as: UTF8.self).split(separator: "\n").suffix(4).joined(separator: " / ")
                throw DatabaseError(.cluster, "initdb failed (\(status)): \(words)")
            }
            guard rename(unfinished, settings.data) == 0 else {
                throw DatabaseError.system("cannot move \(unfinished) to \(settings.data)")
            }
            // Else a crash of the machine could leave the data where it would be made anew.
            let parent = cshims_open_read(settings.directory)
            defer { close(parent) }
            guard parent >= 0, fsync(parent) == 0 else { throw DatabaseError.system("cannot make \(settings.data) durable") }
        }
    }
}
