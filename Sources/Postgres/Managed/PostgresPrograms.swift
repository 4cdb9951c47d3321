import Glibc
import Processes

/// The programs of one version of PostgreSQL.
struct PostgresPrograms {
    var directory: String
    /// The major version, as the file `PG_VERSION` of a data directory names it.
    var version: Int

    var initdb: String { directory + "/initdb" }
    var postgres: String { directory + "/postgres" }

    static let versionMin = 13

    /// Those that fit the data, or the newest if there is no data yet.
    ///
    /// - Throws: ``DatabaseError`` with code `cluster`, which says what to install.
    static func find(_ settings: ManagedPostgresSettings) async throws -> PostgresPrograms {
        var found: [PostgresPrograms] = []
        for directory in await places(settings) {
            if let programs = await PostgresPrograms(directory) { found.append(programs) }
        }
        if let directory = settings.programs, found.isEmpty {
            throw DatabaseError(.cluster, "there is no PostgreSQL server with initdb in \(directory)")
        }
        guard let newest = found.max(by: { $0.version < $1.version }) else {
            throw DatabaseError(
                .cluster,
                "there is no PostgreSQL server on this machine: install the package \"postgresql\", "
                    + "or name the address of a server elsewhere with --postgres-url")
        }
        guard let text = try? readText(settings.data + "/PG_VERSION") else {  // no data yet
            guard newest.version >= versionMin else {
                throw DatabaseError(
                    .cluster, "PostgreSQL \(newest.version) in \(newest.directory) is too old; install \(versionMin) or newer")
            }
            return newest
        }
        let version = text.trimmed
        guard let fitting = found.first(where: { String($0.version) == version }) else {
            throw DatabaseError(
                .cluster,
                "the data in \(settings.data) belongs to PostgreSQL \(version), and installed is "
                    + found.map { "\($0.version) (\($0.directory))" }.joined(separator: ", ")
                    + "; install PostgreSQL \(version), or move the data with pg_upgrade")
        }
        return fitting
    }

    private init?(_ directory: String) async {
        guard access(directory + "/initdb", X_OK) == 0, access(directory + "/postgres", X_OK) == 0,
            let text = await Self.output([directory + "/postgres", "--version"]),
            let match = text.firstMatch(of: /PostgreSQL\) (\d+)/), let version = Int(match.output.1)
        else { return nil }
        self.directory = directory
        self.version = version
    }

    /// Where distributions put them, and the directories of `PATH`.
    private static func places(_ settings: ManagedPostgresSettings) async -> [String] {
        if let configured = settings.programs { return [configured] }
        var found: [String] = []
        for root in ["/usr/lib/postgresql", "/usr/lib64/postgresql", "/opt/postgresql", "/usr/local/lib/postgresql"] {
            found += entries(of: root).map { "\(root)/\($0)/bin" }
        }
        found += entries(of: "/usr").filter { $0.hasPrefix("pgsql-") }.map { "/usr/\($0)/bin" }
        found += path.split(separator: ":").map(String.init)
        if let configured = await output(["pg_config", "--bindir"]) { found.append(configured.trimmed) }
        var seen: Set<String> = []
        return found.filter { seen.insert($0).inserted }
    }

    private static var path: String { getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin" }

    /// What a program prints; nil if it is not there, or fails.
    private static func output(_ arguments: [String]) async -> String? {
        var command = ProcessCommand(arguments, environment: ["PATH": path, "LC_ALL": "C"])
        command.timeout = .seconds(20)
        command.outputSizeMax = 4096
        let result = try? await command.run()  // then there is nothing to find here
        return result?.isSuccess == true ? result.map { String(decoding: $0.output, as: UTF8.self) } : nil
    }
}
