import HCL
import ProviderKit

@testable import Providers

/// A provider with predictable identifiers, and configurations written as objects of JSON.
struct CoderFixture {
    var variables: [String: String] = [:]
    var isLenient = false

    var operation: ProviderOperation {
        ProviderOperation(address: "coder_thing.it", key: "k", environment: ProviderEnvironment(variables: variables, directory: "/"))
    }

    func provider(_ configuration: String = "{}") async throws -> any Provider {
        let provider = CoderProvider(isLenient: isLenient, makeUUID: { "11111111-2222-4333-8444-555555555555" })
        let value = try Self.value(configuration, provider.schema.block)
        return try await provider.configured(with: value, in: operation.environment)
    }

    func resource(_ type: String) async throws -> any ResourceType {
        guard let resource = try await provider().resourceType(type) else { throw ProviderError("no \(type)") }
        return resource
    }

    func source(_ type: String) async throws -> any DataSource {
        guard let source = try await provider().dataSource(type) else { throw ProviderError("no \(type)") }
        return source
    }

    /// What is wrong with a configuration, a line each: the severity, the summary, the detail.
    func findings(_ type: String, _ configuration: String) async throws -> [String] {
        let provider = try await provider()
        if let resource = provider.resourceType(type) {
            return resource.validate(try Self.value(configuration, resource.schema.block)).map(Self.text)
        }
        let source = try await source(type)
        return source.validate(try Self.value(configuration, source.schema.block)).map(Self.text)
    }

    /// Plans and makes a new object.
    func created(_ type: String, _ configuration: String) async throws -> Value {
        let resource = try await resource(type)
        let block = resource.schema.block
        let value = try Self.value(configuration, block)
        var change = PlannedChange(prior: .null(block.impliedType), configuration: value, planned: Self.planned(value, block))
        try await resource.plan(&change, operation)
        return try await resource.create(change.planned, operation)
    }

    func read(_ type: String, _ configuration: String) async throws -> Value {
        let source = try await source(type)
        return try await source.read(Self.planned(try Self.value(configuration, source.schema.block), source.schema.block), operation)
    }

    static func text(_ finding: ProviderFinding) -> String {
        "\(finding.severity): \(finding.summary)" + (finding.detail.isEmpty ? "" : "; \(finding.detail)")
    }

    /// A configuration as the engine decodes it: null for what is absent, no elements for blocks that are.
    static func value(_ text: String, _ block: BlockSchema) throws -> Value {
        let json = try JSONText.parse(text)
        return try value(json, block)
    }

    private static func value(_ json: JSONText, _ block: BlockSchema) throws -> Value {
        guard case .object(let given) = json else { throw ProviderError("not an object") }
        var members = block.attributes.mapValues { Value.null($0.type) }
        for (name, nested) in block.blocks { members[name] = nested.value([]) }
        for (name, json) in given {
            if let attribute = block.attributes[name] {
                members[name] = try json.value().converted(to: attribute.type)
            } else if let nested = block.blocks[name] {
                guard case .array(let blocks) = json else { throw ProviderError("\(name) is not a list") }
                members[name] = nested.value(try blocks.map { try value($0, nested.block) })
            } else {
                throw ProviderError("the schema has no \(name)")
            }
        }
        return .object(members)
    }

    /// With defaults, and unknown where the provider gives the value: what the engine proposes for a new object.
    static func planned(_ value: Value, _ block: BlockSchema) -> Value {
        guard var members = value.members else { return value }
        for (name, attribute) in block.attributes where members[name]?.isNull ?? true {
            members[name] = attribute.fallback ?? (attribute.presence.isComputed ? .unknown(attribute.type) : .null(attribute.type))
        }
        for (name, nested) in block.blocks {
            members[name] = nested.value((members[name]?.elements ?? []).map { planned($0, nested.block) })
        }
        return .object(members)
    }
}
