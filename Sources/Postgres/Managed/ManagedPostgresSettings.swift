/// How the server runs a PostgreSQL of its own.
package struct ManagedPostgresSettings: Sendable {
    /// Where it keeps everything: `data`, `run` with the socket, `log`, `lock`. Made if it is not there.
    package var directory: String
    /// As whom it runs if we are root.
    package var user = "postgres"
    /// Where `initdb` and `postgres` are; if nil, they are looked for.
    package var programs: String?
    package var connectionCountMax = 100
    package var sharedBuffersMegabytes = 128
    /// Further settings of `postgresql.conf`, each with its value as it is written there.
    package var options: [String: String] = [:]
    /// How long the first start, or one after a crash, may take.
    package var startTimeout: Duration = .seconds(300)
    /// How long it may take to stop before it is made to.
    package var stopTimeout: Duration = .seconds(60)
    /// The role and the database that the server uses.
    package static let name = "berth"

    package init(directory: String) { self.directory = directory }

    var data: String { directory + "/data" }
    var socketDirectory: String { directory + "/run" }
    var logFile: String { directory + "/log/postgresql.log" }

    /// Where its databases are.
    package func address(database: String = name) -> DatabaseAddress {
        DatabaseAddress(socketDirectory: socketDirectory, user: Self.name, database: database)
    }

    /// What a socket's path may have, without the NUL.
    private static let socketPathSizeMax = 107

    func checkSocketPath() throws(DatabaseError) {
        let path = socketDirectory + "/.s.PGSQL.5432"
        guard path.utf8.count <= Self.socketPathSizeMax else {
            throw DatabaseError(
                .cluster,
                "the path of the database's socket, \(path), has \(path.utf8.count) bytes, and a socket's may have \(Self.socketPathSizeMax); "
                    + "choose a data directory with a shorter path")
        }
    }
}
