import Scalars
import JSON
import Postgres
import PostgresTestSupport
import Testing

@Suite("statements and values") struct QueryTests {
    @Test("values come back as they went")
    func roundTrip() async throws {
        let pool = try await TestCluster.shared.pool()
        let id = UUID.random()
        let time = Timestamp("2026-02-03T04:05:06.789012Z")
        let row = try #require(
            try await pool.first(
                """
                select \("it's $1 \\ ü")::text as text, \(-5) as small, \(Int64.max) as large, \(1.5e300) as double, \(true) as yes,
                    \(Bytes([0, 255, 39, 92])) as bytes, \(id) as id, \(time) as time, \(["a": [1, nil, "x"]] as JSONValue) as json,
                    \(["a", "b,\"c", "", "NULL"]) as texts, \([id, .zero]) as ids, \([1, 2]) as numbers, \([] as [Int]) as none,
                    \([nil, true] as [Bool?]) as flags, \(nil as UUID?) as null
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
    }
}
