import Postgres
import PostgresTestSupport
import TestSupport
import Testing

@Suite("steps of the tables") struct MigratorTests {
    let steps = ["create table a (id bigint primary key);", "alter table a add name text not null default 'x'; insert into a values (1);", "create index a_name on a (name);"]

    @Test("servers that start at once take each step once")
    func race() async throws {
        let settings = ConnectionSettings(try await TestCluster.shared.database())
        let counts = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<6 { group.addTask { try await Migrator(steps: steps).migrate(settings, logger: quiet) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(counts.reduce(0, +) == 3)
        let connection = try await Connection.open(settings)
        #expect(try await connection.value("select count(*) from a") == 1)
        #expect(try await Migrator(steps: steps).migrate(settings, logger: quiet) == 0)
    }

    @Test("a changed step, a missing one, and a newer database are refused")
    func refused() async throws {
        let settings = ConnectionSettings(try await TestCluster.shared.database())
        try await Migrator(steps: steps).migrate(settings, logger: quiet)
        var changed = steps
        changed[1] += " "
        await expect(message: "step 2 of the tables is not the one that the database has taken; this program was changed") {
            try await Migrator(steps: changed).migrate(settings, logger: quiet)
        }
        await expect(message: "the database is newer than this program: it has taken 3 steps, and 2 are known here; run the newer version") {
            try await Migrator(steps: Array(steps.prefix(2))).migrate(settings, logger: quiet)
        }
        let connection = try await Connection.open(settings)
        try await connection.query("delete from schema_steps where number = 2")
        await expect(message: "the database has no step 2 of its tables, but step 3") {
            try await Migrator(steps: steps).migrate(settings, logger: quiet)
        }
    }

    @Test("a step that fails changes nothing, and can be taken when it is mended")
    func failure() async throws {
        let settings = ConnectionSettings(try await TestCluster.shared.database())
        let wrong = [steps[0], "create table b (); select 1 / 0;"]
        await expect(message: "step 2 of the tables failed: division by zero") { try await Migrator(steps: wrong).migrate(settings, logger: quiet) }
        let connection = try await Connection.open(settings)
        #expect(try await connection.value("select to_regclass('b') is null") == true)
        #expect(try await Migrator(steps: steps).migrate(settings, logger: quiet) == 2)
    }

    @Test("the text of a schema tells apart what differs, and does not depend on the order of changes")
    func dump() async throws {
        func text(_ script: String) async throws -> String {
            let connection = try await Connection.open(ConnectionSettings(try await TestCluster.shared.database()))
            try await connection.script(script)
            return try await SchemaDump.text(connection)
        }
        let once = try await text("create table t (a bigint primary key, b text not null default 'x' check (b <> '')); create index i on t (b)")
        let stepwise = try await text(
            "create table t (b text, a bigint); alter table t add primary key (a); create index i on t (b); alter table t alter b set default 'x', alter b set not null, add check (b <> '')")
        #expect(once == stepwise)
        #expect(once.contains("table t column b text not null default 'x'::text\n"))
        for other in [
            "create table t (a bigint primary key, b text not null default 'x' check (b <> '')); create index i on t (a)",
            "create table t (a integer primary key, b text not null default 'x' check (b <> '')); create index i on t (b)",
            "create table t (a bigint primary key, b text not null default 'x' check (b <> 'x')); create index i on t (b)",
        ] { #expect(try await text(other) != once) }
    }
}
