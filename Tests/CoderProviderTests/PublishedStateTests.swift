import HCL
import ProviderKit
import Testing

@testable import Conformance
@testable import Providers

/// Makes the objects of states that the published provider wrote, where these are present, from what a template says of them.
@Suite(.enabled(if: Shared.exists("coder/fixtures"), "the data of the coder provider are not beside the repository"))
struct PublishedStateTests {
    /// Attributes that are new each time.
    private static let random: Set<String> = ["id", "token", "subagent_id"]

    @Test("objects have the attributes that the published provider gives them", arguments: Files.names(in: Shared.path("coder/fixtures")))
    func objects(_ name: String) async throws {
        let bytes = try #require(Files.read(Shared.path("coder/fixtures/\(name)/\(name).tfstate.json")))
        guard case .object(let state) = try JSONText.parse(String(decoding: bytes, as: UTF8.self)) else { return }
        for object in Self.objects(.object(state)["values"]?["root_module"]) {
            guard case .string(let type)? = object["type"], case .string(let mode)? = object["mode"], let values = object["values"] else {
                continue
            }
            let expected = try values.value()
            let got = try await made(type, isData: mode == "data", expected)
            for (name, value) in expected.sortedMembers where !Self.random.contains(name) {
                let json = try (got.members?[name] ?? .null()).jsonEncoded()
                #expect(json == (try value.jsonEncoded()), "\(type).\(name)")
            }
        }
    }

    /// Makes an object from what can be configured of another.
    private func made(_ type: String, isData: Bool, _ object: Value) async throws -> Value {
        let fixture = CoderFixture()
        if isData {
            let source = try await fixture.source(type)
            let configuration = Self.configuration(object, source.schema.block)
            return try await source.read(CoderFixture.planned(configuration, source.schema.block), fixture.operation)
        }
        let resource = try await fixture.resource(type)
        let block = resource.schema.block
        let configuration = Self.configuration(object, block)
        var change = PlannedChange(
            prior: .null(block.impliedType), configuration: configuration, planned: CoderFixture.planned(configuration, block))
        try await resource.plan(&change, fixture.operation)
        return try await resource.create(change.planned, fixture.operation)
    }

    /// What a template may have said to get an object.
    private static func configuration(_ object: Value, _ block: BlockSchema) -> Value {
        var members = block.attributes.mapValues { Value.null($0.type) }
        let isNullItem = object.bool("is_null") == true
        for (name, attribute) in block.attributes where attribute.presence.isConfigurable && !(isNullItem && name == "value") {
            guard let value = object.members?[name], let typed = try? value.converted(to: attribute.type) else { continue }
            members[name] = typed
        }
        for (name, nested) in block.blocks {
            let isDisabled = { (block: Value) in
                var block = block
                if block.bool("min_disabled") == true { block = block.setting(["min": .null(.number)]) }
                if block.bool("max_disabled") == true { block = block.setting(["max": .null(.number)]) }
                return block
            }
            members[name] = nested.value(object.blocks(name).map { configuration(isDisabled($0), nested.block) })
        }
        return .object(members)
    }

    /// The objects of the provider in a module and those below.
    private static func objects(_ module: JSONText?) -> [JSONText] {
        guard let module else { return [] }
        let own = module["resources"]?.elements ?? []
        let coder = own.filter { if case .string(let type)? = $0["type"] { type.hasPrefix("coder_") } else { false } }
        return coder + (module["child_modules"]?.elements ?? []).flatMap { objects($0) }
    }
}

extension JSONText {
    fileprivate subscript(name: String) -> JSONText? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.0 == name }?.1
    }

    fileprivate var elements: [JSONText] { if case .array(let elements) = self { elements } else { [] } }
}
