import Scalars
import JSON
import Postgres
import PostgresTestSupport
import TestSupport
import Testing

@Suite("statements and values") struct QueryTests {
    @Test("values come back as they went")
    func roundTrip() async throws {
        let pool = try await TestCluster.shared.pool()
        let id = UUID.random()
        let time = Timestamp("2026-02-03T04:05:06.789012Z")
        let missing: UUID? = nil
        let row = try #require(
            try await pool.first(
                """
                select \("it's $1 \\ ü")::text as text, \(-5) as small, \(Int64.max) as large, \(1.5e300) as double, \(true) as yes,
                    \(Bytes([0, 255, 39, 92])) as bytes, \(id) as id, \(time) as time, \(["a": [1, nil, "x"]] as JSONValue) as json,
                    \(["a", "b,\"c", "", "NULL"]) as texts, \([id, .zero]) as ids, \([1, 2]) as numbers, \([] as [Int]) as none,
                    \([nil, true] as [Bool?]) as flags, \(missing) as null, 7::smallint as smallint, 8::integer as integer, 0.5::real as real
                """))
        #expect(try row["text"] == "it's $1 \\ ü")
        #expect(try row["small"] == -5)
        #expect(try row["large"] == Int64.max)
        #expect(try row["double"] == 1.5e300)
        #expect(try row["yes"] == true)
        #expect(try row["bytes"] == Bytes([0, 255, 39, 92]))
        #expect(try row["id"] == id)
        #expect(try row["time"] == time)
        #expect(try row["json"] == (["a": [1, nil, "x"]] as JSONValue))
        #expect(try row["texts"] == ["a", "b,\"c", "", "NULL"])
        #expect(try row["ids"] == [id, .zero])
        #expect(try row["numbers"] == [1, 2])
        #expect(try row["none"] == [Int]())
        #expect(try row["flags"] == [nil, true])
        #expect(try row["null"] == UUID?.none)
        #expect(try row["smallint"] == 7)
        #expect(try row["integer"] == Int32(8))
        #expect(try row["real"] == 0.5)
    }

    @Test("enumerations, of the database and of the program, are texts")
    func enumerations() async throws {
        enum Mood: String, DatabaseValue { case glad, sad }
        let pool = try await TestCluster.shared.pool()
        try await pool.withConnection { try await $0.script("create type mood as enum ('glad', 'sad', 'odd'); create table moods (mood mood)") }
        try await pool.query("insert into moods values (\(Mood.glad)), ('odd')")
        let rows = try await pool.query("select mood from moods order by mood")
        #expect(try rows[0]["mood"] == Mood.glad)
        await expect(message: #"column "mood" is no Mood, and was read as Mood"#) { _ = try rows[1].decode("mood", as: Mood.self) }
    }

    @Test("a value that is read as what it is not is an error that names column and type")
    func mismatches() async throws {
        let pool = try await TestCluster.shared.pool()
        let row = try #require(try await pool.first("select 1.5::numeric as price, null::bigint as nothing, 'x'::text as name, 'infinity'::timestamptz as t"))
        await expect(message: #"column "price" is numeric, not an integer; cast it in the statement, and was read as Int"#) {
            let _: Int = try row["price"]
        }
        await expect(message: #"column "nothing" is NULL, and was read as Int"#) { let _: Int = try row["nothing"] }
        await expect(message: #"column "name" is text, not uuid, and was read as UUID"#) { let _: UUID = try row["name"] }
        await expect(message: #"column "t" is an infinite time, and was read as Timestamp"#) { let _: Timestamp = try row["t"] }
        await expect(message: #"there is no column "nmae" among price, nothing, name, t"#) { let _: String = try row["nmae"] }
        await expect(message: "there is no row") { let _: Int = try await pool.value("select 1 where false") }
        await expect(message: "the text of $1 contains a NUL character, which the database cannot keep") {
            try await pool.query("select \("a\0b")::text")
        }
    }

    @Test("a statement can be put together from pieces, and values stay values")
    func pieces() async throws {
        let pool = try await TestCluster.shared.pool()
        let hostile = "'; drop table users; --"
        let conditions: [SQL] = ["name = \(hostile)", "number > \(3)"]
        let found = try await pool.query(
            "select name, number from (values (\(hostile), 4), ('x', 5)) t (name, number) where \(conditions.joined(separator: " and "))")
        #expect(try found.map { try $0.decode("name", as: String.self) } == [hostile])
        let name = "a\"b; select"
        #expect(try await pool.first("select 1 as \(identifier: name)")?.decode(name, as: Int.self) == 1)
    }

    @Test("what the server refuses says its code, the constraint and the statement")
    func refusals() async throws {
        let pool = try await TestCluster.shared.pool()
        try await pool.query("create table things (name text constraint things_name unique)")
        try await pool.query("insert into things values (\("secret"))")
        let error = await #expect(throws: DatabaseError.self) { try await pool.query("insert into things values (\("secret"))") }
        #expect(error?.sqlState == .uniqueViolation)
        #expect(error?.constraint == "things_name")
        #expect(error?.isUnavailable == false)
        #expect(error.map { "\($0)" }?.contains("secret") == false)
        await expect(message: #"relation "nothing" does not exist"#) { try await pool.query("select * from nothing") }
    }

    @Test("prepared statements are kept within their bound, and survive changes of their tables")
    func prepared() async throws {
        var settings = ConnectionSettings(try await TestCluster.shared.database())
        settings.preparedStatementsMax = 3
        let connection = try await Connection.open(settings)
        for number in 0..<20 {
            #expect(try await connection.value(SQL(verbatim: "select \(number)")) == number)
            #expect(try await connection.value("select \(number) + 1") == number + 1)
        }
        #expect(try await connection.value("select count(*) from pg_prepared_statements") <= 3)
        try await connection.query("create table t as select 1 as a")
        #expect(try await connection.query("select * from t")[0].decode("a", as: Int.self) == 1)
        try await connection.query("alter table t add b text default 'new'")
        #expect(try await connection.query("select * from t")[0].decode("b", as: String.self) == "new")
        try await connection.query("discard all")
        #expect(try await connection.query("select * from t").count == 1)
    }

    @Test("statements that are sent at once on one connection are carried out one after the other")
    func queued() async throws {
        let connection = try await Connection.open(ConnectionSettings(try await TestCluster.shared.database()))
        let sum = try await withThrowingTaskGroup(of: Int.self) { group in
            for number in 0..<50 { group.addTask { try await connection.value("select \(number)") } }
            return try await group.reduce(0, +)
        }
        #expect(sum == 49 * 25)
    }

    @Test("much data goes both ways")
    func large() async throws {
        let pool = try await TestCluster.shared.pool()
        let bytes = Bytes((0..<(8 << 20)).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        #expect(try await pool.value("select \(bytes)") == bytes)
    }
}

/// Expects a ``DatabaseError`` with this message.
func expect(message: String, _ body: () async throws -> Void, sourceLocation: SourceLocation = #_sourceLocation) async {
    let error = await #expect(throws: DatabaseError.self, sourceLocation: sourceLocation) { try await body() }
    #expect(error?.message == message, sourceLocation: sourceLocation)
}
