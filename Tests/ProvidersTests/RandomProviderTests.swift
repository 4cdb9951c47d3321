import HCL
import ProviderKit
import Testing

@testable import Providers

@Suite("hashicorp/random and hashicorp/null") struct RandomProviderTests {
    private static let samples: [(type: String, attributes: [String: Value], pattern: String)] = [
        ("random_bytes", ["length": .integer(3)], "^$"),
        ("random_id", ["byte_length": .integer(2), "prefix": .string("p-")], "^[A-Za-z0-9_-]{3}$"),
        ("random_integer", ["min": .integer(5), "max": .integer(6)], "^[56]$"),
        ("random_password", ["length": .integer(9)], "^none$"),
        ("random_pet", ["length": .integer(3), "separator": .string("_")], "^[a-z]+ly_[a-z]+_[a-z]+$|^[a-z]+_[a-z]+_[a-z]+$"),
        ("random_pet", ["length": .integer(1), "prefix": .string("P")], "^P-[a-z]+$"),
        ("random_shuffle", ["input": .strings(["a", "b"])], "^-$"),
        ("random_string", ["length": .integer(4), "special": .false, "upper": .false, "numeric": .false], "^[a-z]{4}$"),
        ("random_uuid", [:], "^[0-9a-f-]{36}$"),
        ("random_uuid4", [:], "^[0-9a-f-]{14}4[0-9a-f]{3}-[89ab][0-9a-f-]{16}$"),
        ("random_uuid7", [:], "^[0-9a-f-]{14}7[0-9a-f]{3}-[89ab][0-9a-f-]{16}$"),
    ]

    @Test("what is made is what was planned, stays as it is, and is made anew when its keepers change", arguments: samples.indices)
    func life(_ index: Int) async throws {
        let sample = Self.samples[index]
        let resource = try Lifecycle(RandomProvider(), sample.type)
        let attributes = sample.attributes.merging(["keepers": .stringMap(["a": "1"])]) { first, _ in first }
        let made = try await resource.create(attributes)
        #expect(try (made.string("id") ?? "").firstMatch(of: Regex(sample.pattern)) != nil, "\(made[attribute: "id"])")
        #expect(try await resource.isUnchanged(made, attributes))
        var changed = attributes
        changed["keepers"] = .stringMap(["a": "2"])
        #expect(try await resource.replacing(made, changed) == ["keepers"])
    }

    @Test("a keeper that is null is as good as none")
    func keepers() async throws {
        let resource = try Lifecycle(RandomProvider(), "random_uuid")
        let made = try await resource.create([:])
        #expect(try await resource.replacing(made, ["keepers": .map(["a": .null(.string)], of: .string)]).isEmpty)
    }

    /// What Go makes of these seeds.
    @Test("a seed gives the numbers that Go gives")
    func seeds() throws {
        var random = GoRandom(seed: 1)
        #expect((0..<10).map { _ in random.below(100) } == [81, 87, 47, 59, 81, 18, 25, 40, 56, 0])
        #expect(GoRandom.checksum(Array("123456789".utf8)) == 0xb909_56c7_75a4_1001)
    }

    /// What the published provider makes of these seeds.
    @Test("with a seed, numbers and orders are those of the published provider")
    func seeded() async throws {
        let integer = try Lifecycle(RandomProvider(), "random_integer")
        for (seed, expected) in [("12345", 3), ("123456", 2)] {
            let made = try await integer.create(["min": .integer(1), "max": .integer(3), "seed": .string(seed)])
            #expect(made.integer("result") == expected)
        }
        let shuffle = try Lifecycle(RandomProvider(), "random_shuffle")
        let list: [String: Value] = ["input": .strings(["a", "b", "c", "d", "e"]), "seed": .string("-"), "result_count": .integer(7)]
        let result = try #require(try await shuffle.create(list).strings("result"))
        #expect(result.count == 7 && Array(result.prefix(5)) == ["a", "c", "b", "e", "d"])
    }

    @Test("the notations of an id say the same, and an id is imported")
    func notations() async throws {
        let resource = try Lifecycle(RandomProvider(), "random_id")
        let state = try await resource.type.importState(id: "a,b,_-8", resource.operation)
        #expect(state.string("hex") == "a,bffef" && state.string("dec") == "a,b65519" && state.string("b64_std") == "a,b/+8=")
        #expect(state.string("id") == "_-8" && state.integer("byte_length") == 2 && state.string("prefix") == "a,b")
        #expect(RandomID.decimal([1] + [UInt8](repeating: 0, count: 8)) == "18446744073709551616")
        await #expect(throws: ProviderError.self) { try await resource.type.importState(id: "_+8", resource.operation) }
    }

    @Test("a text has the characters that it must have, and no others")
    func characters() async throws {
        let resource = try Lifecycle(RandomProvider(), "random_string")
        let made = try await resource.create([
            "length": .integer(20), "upper": .false, "min_numeric": .integer(8), "min_special": .integer(9),
            "override_special": .string("ä#"),
        ])
        let text = try #require(made.string("result"))
        #expect(text.unicodeScalars.count == 20 && !text.contains(where: \.isUppercase))
        #expect(text.count { $0.isNumber } >= 8 && text.count { "ä#".contains($0) } >= 9)
        #expect(made.bool("number") == true && made.bool("numeric") == true)
    }

    @Test("number and numeric are one")
    func numeric() async throws {
        let resource = try Lifecycle(RandomProvider(), "random_password")
        let made = try await resource.create(["length": .integer(5), "number": .false])
        #expect(made.bool("numeric") == false)
        #expect(made.string("bcrypt_hash")?.hasPrefix("$2a$10$") == true)
        #expect(try await resource.replacing(made, ["length": .integer(5)]) == ["number", "numeric"])
        await #expect(throws: ProviderError.self) {
            try await resource.plan(["length": .integer(5), "number": .false, "numeric": .true])
        }
    }

    @Test(
        "wrong configurations are found before anything is planned",
        arguments: [
            (["length": Value.integer(0)], "Attribute length value must be at least 1, got: 0"),
            (
                ["length": .integer(3), "min_upper": .integer(2), "min_lower": .integer(2)],
                "Attribute length value must be at least sum of min_upper + min_lower + min_numeric + min_special, got: 3"
            ),
            (
                ["length": .integer(3), "upper": .false, "lower": .false, "special": .false, "numeric": .false],
                "At least one attribute out of [special,upper,lower,numeric] must be specified as true"
            ),
        ])
    func validation(_ attributes: [String: Value], _ detail: String) throws {
        let resource = try Lifecycle(RandomProvider(), "random_string")
        #expect(resource.type.validate(resource.configuration(attributes)).map(\.detail) == [detail])
    }

    @Test(
        "sizes that nobody can want are errors",
        arguments: [("random_id", "byte_length"), ("random_string", "length"), ("random_bytes", "length")])
    func limits(_ type: String, _ attribute: String) async throws {
        let resource = try Lifecycle(RandomProvider(), type)
        for size in [1 << 40, -1] {
            await #expect(throws: ProviderError.self) { try await resource.create([attribute: .integer(size)]) }
        }
    }

    @Test("a state of an older version gets what it did not have")
    func upgrade() throws {
        let type = try #require(RandomProvider().resourceType("random_password"))
        let old = try JSONText.parse(#"{"id":"none","keepers":null,"length":3,"number":false,"result":"abc","special":true}"#)
        let new = try type.upgrade(old, from: 0).value()
        #expect(new.bool("numeric") == false && new.integer("min_lower") == 0 && new.bool("upper") == true)
        #expect(new.string("bcrypt_hash")?.isEmpty == false)
        #expect(Set(new.members?.keys ?? [:].keys) == Set(type.schema.block.attributes.keys))
    }

    @Test("a null_resource is replaced when its triggers change")
    func null() async throws {
        let resource = try Lifecycle(NullProvider(), "null_resource")
        let made = try await resource.create(["triggers": .stringMap(["a": "1"])])
        #expect(Int(made.string("id") ?? "") != nil)
        #expect(try await resource.isUnchanged(made, ["triggers": .stringMap(["a": "1"])]))
        #expect(try await resource.replacing(made, [:]) == ["triggers"])
    }
}
