import HCL
import ProviderKit
import Synchronization
import Testing

@testable import Providers

@Suite("hashicorp/time") struct TimeProviderTests {
    /// A clock that a test sets.
    private final class TestClock: MomentSource {
        let seconds: Mutex<Int64>

        init(_ text: String) throws { seconds = Mutex(try Timestamp.parse(text, .strict).seconds) }

        func now() -> Int64 { seconds.withLock { $0 } }
        func pass(_ seconds: Int64) { self.seconds.withLock { $0 += seconds } }
    }

    private let clock: TestClock
    private let provider: TimeProvider

    init() throws {
        clock = try TestClock("2024-01-31T23:59:58Z")
        provider = TimeProvider(clock: clock)
    }

    @Test("a moment is taken once and shows its parts")
    func moment() async throws {
        let resource = try Lifecycle(provider, "time_static")
        let made = try await resource.create([:])
        #expect(made.string("rfc3339") == "2024-01-31T23:59:58Z" && made.string("id") == "2024-01-31T23:59:58Z")
        #expect(["year", "month", "day", "hour", "minute", "second"].map { made.integer($0) } == [2024, 1, 31, 23, 59, 58])
        #expect(made.integer("unix") == 1_706_745_598)
        clock.pass(100)
        #expect(try await resource.isUnchanged(made, [:]))
        #expect(try await resource.replacing(made, ["rfc3339": .string("2020-01-01T00:00:00+02:00")]) == ["rfc3339"])
        let given = try await resource.create(["rfc3339": .string("2020-01-01T00:00:00+02:00")])
        #expect(given.integer("hour") == 0 && given.integer("unix") == 1_577_829_600)
    }

    @Test(
        "an offset is counted by the calendar",
        arguments: [
            (["offset_months": 1], "2024-03-02T23:59:58Z"), (["offset_years": -1], "2023-01-31T23:59:58Z"),
            (["offset_days": 29, "offset_seconds": 2], "2024-03-01T00:00:00Z"),
            (["offset_months": -13], "2022-12-31T23:59:58Z"), (["offset_hours": 1, "offset_minutes": -59], "2024-02-01T00:00:58Z"),
        ])
    func offset(_ offsets: [String: Int], _ expected: String) async throws {
        let resource = try Lifecycle(provider, "time_offset")
        let made = try await resource.create(offsets.mapValues { .integer($0) })
        #expect(made.string("rfc3339") == expected && made.string("base_rfc3339") == "2024-01-31T23:59:58Z")
    }

    @Test("another offset shows its result in the plan and keeps the start")
    func changedOffset() async throws {
        let resource = try Lifecycle(provider, "time_offset")
        let made = try await resource.create(["offset_days": .integer(1)])
        clock.pass(1000)
        let changed = try await resource.update(made, ["offset_days": .integer(2)])
        #expect(changed.string("rfc3339") == "2024-02-02T23:59:58Z" && changed.string("id") == made.string("id"))
        #expect(try await resource.replacing(made, ["offset_days": .integer(1), "triggers": .stringMap(["a": "b"])]) == ["triggers"])
    }

    @Test("offsets out of all bounds are errors", arguments: [1 << 62, -1 << 62, 1_000_000])
    func bounds(_ count: Int) async throws {
        let resource = try Lifecycle(provider, "time_offset")
        await #expect(throws: ProviderError.self) { try await resource.create(["offset_years": .integer(count)]) }
    }

    @Test("a rotation is gone when its time has come")
    func rotation() async throws {
        let resource = try Lifecycle(provider, "time_rotating")
        let made = try await resource.create(["rotation_minutes": .integer(1)])
        #expect(made.string("rotation_rfc3339") == "2024-02-01T00:00:58Z" && made.integer("second") == 58)
        #expect(try await resource.type.read(made, resource.operation) == made)
        let changed = try await resource.update(made, ["rotation_hours": .integer(1)])
        #expect(changed.string("rotation_rfc3339") == "2024-02-01T00:59:58Z" && changed.string("rfc3339") == made.string("rfc3339"))
        clock.pass(61)
        #expect(try await resource.type.read(made, resource.operation) == nil)
        #expect(try await resource.type.read(changed, resource.operation) == changed)
    }

    @Test("what is imported is what would have been made")
    func importing() async throws {
        let ids = [
            "time_static": "2024-01-31T00:00:00Z", "time_offset": "2024-01-31T00:00:00Z,,1,,,,-1",
            "time_rotating": "2024-01-31T00:00:00Z,2024-05-01T00:00:00Z", "time_sleep": "1s,",
        ]
        for (name, id) in ids {
            let resource = try Lifecycle(provider, name)
            let state = try await resource.type.importState(id: id, resource.operation)
            #expect(state.isWhollyKnown && state.type == resource.type.schema.block.impliedType)
            await #expect(throws: ProviderError.self) { try await resource.type.importState(id: "x", resource.operation) }
        }
        let offset = try Lifecycle(provider, "time_offset")
        let state = try await offset.type.importState(id: ids["time_offset"] ?? "", offset.operation)
        #expect(state.string("rfc3339") == "2024-03-01T23:59:59Z")
    }

    @Test("a wait ends when it is cancelled")
    func sleep() async throws {
        let resource = try Lifecycle(provider, "time_sleep")
        let attributes: [String: Value] = ["create_duration": .string("1ms"), "destroy_duration": .string("100h")]
        let made = try await resource.create(attributes)
        #expect(made.string("id") == "2024-01-31T23:59:58Z")
        let (type, operation) = (resource.type, resource.operation)
        let waiting = Task { try await type.delete(made, operation) }
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
    }

    @Test(
        "wrong configurations are found",
        arguments: [
            ("time_sleep", ["create_duration": Value.string("5x")], "Invalid Attribute Value Match"),
            ("time_offset", ["base_rfc3339": .string("now"), "offset_days": .integer(1)], "Invalid RFC3339 String Value"),
            ("time_offset", [:], "Missing Attribute Configuration"),
            ("time_rotating", ["rotation_days": .integer(0)], "Invalid Attribute Value"),
        ])
    func validation(_ name: String, _ attributes: [String: Value], _ summary: String) throws {
        let resource = try Lifecycle(provider, name)
        #expect(resource.type.validate(resource.configuration(attributes)).map(\.summary) == [summary])
    }
}
