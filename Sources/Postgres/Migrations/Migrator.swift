package import Logging

/// Brings the tables of a database to what this version of the program expects, step by step.
///
/// Each step is carried out once, in a transaction of its own, and recorded with its hash. Several servers may do this at the same
/// time: an advisory lock lets one take a step while the others wait, and then find it taken.
package struct Migrator: Sendable {
    /// In order, from number 1. A step that was released never changes.
    package let steps: [String]
    /// How long one step may take.
    package var stepTimeout: Duration = .seconds(3600)

    /// What everybody who migrates locks: the letters "berth".
    static let lock = 0x62_65_72_74_68

    package init(steps: [String]) { self.steps = steps }

    /// Takes the steps that the database has not taken yet; how many it took.
    ///
    /// - Throws: ``DatabaseError`` with code `schema` if the database has taken a step that this version does not know, or
    ///   one of another text; what the server refused a step for. A step that failed has changed nothing.
    @discardableResult
    package func migrate(_ settings: ConnectionSettings, logger: Logger) async throws -> Int {
        var settings = settings
        settings.statementTimeout = stepTimeout
        settings.idleTransactionTimeout = stepTimeout
        let connection = try await Connection.open(settings)
        defer { connection.close() }
        var count = 0
        while try await takeNext(on: connection, logger: logger) { count += 1 }
        return count
    }

    /// How many steps the database has taken.
    ///
    /// - Throws: as ``migrate(_:logger:)``, if they are not the first of these.
    package func check(_ database: some Database) async throws -> Int {
        guard try await database.value("select to_regclass('schema_steps') is not null", as: Bool.self) else { return 0 }
        let rows = try await database.query("select number, hash from schema_steps order by number")
        for (index, row) in rows.enumerated() {
            let number: Int = try row["number"]
            guard number == index + 1 else {
                throw DatabaseError(.schema, "the database has no step \(index + 1) of its tables, but step \(number)")
            }
            guard number <= steps.count else {
                throw DatabaseError(
                    .schema,
                    "the database is newer than this program: it has taken \(rows.count) steps, and \(steps.count) are known here; "
                        + "run the newer version")
            }
            let hash: String = try await database.value(Self.hash(of: steps[index]))
            guard try row["hash"] == hash else {
                throw DatabaseError(
                    .schema, "step \(number) of the tables is not the one that the database has taken; this program was changed")
            }
        }
        return rows.count
    }

    private func takeNext(on connection: Connection, logger: Logger) async throws -> Bool {
        try await connection.withTransaction { transaction in
            try await transaction.query("select pg_advisory_xact_lock(\(Self.lock))")
            try await transaction.query(
                """
                create table if not exists schema_steps (
                    number integer primary key, hash text not null, taken_at timestamptz not null default now())
                """)
            let count = try await check(transaction)
            guard count < steps.count else { return false }
            let number = count + 1
            logger.info("database takes a step", metadata: ["database.step": "\(number)"])
            do {
                try await transaction.script(steps[count])
            } catch var error as DatabaseError {
                error.message = "step \(number) of the tables failed: \(error.message)"
                throw error
            }
            try await transaction.query(
                "insert into schema_steps (number, hash) values (\(number), \(Self.hash(of: steps[count], alone: false)))")
            return true
        }
    }

    /// The server computes it.
    private static func hash(of step: String, alone: Bool = true) -> SQL {
        let hash: SQL = "encode(sha256(convert_to(\(step)::text, 'UTF8')), 'hex')"
        return alone ? "select \(hash)" : hash
    }
}
