import HCL
import ProviderKit
import Testing

@testable import Providers

/// Takes an object through its life as the engine does, by the protocol alone.
struct Lifecycle {
    let type: any ResourceType
    var operation: ProviderOperation

    init(_ provider: any Provider, _ name: String, directory: String = "/nonexistent") throws {
        type = try #require(provider.resourceType(name))
        operation = ProviderOperation(
            address: "\(name).a", key: "key", environment: ProviderEnvironment(directory: directory))
    }

    /// The configuration with every attribute of the schema; what is not given is null.
    func configuration(_ attributes: [String: Value]) -> Value {
        type.schema.block.impliedType.nullAttributes.setting(attributes)
    }

    /// What is planned, by the rules of the engine and then by the provider.
    func plan(_ attributes: [String: Value], prior: Value? = nil) async throws -> PlannedChange {
        let configuration = configuration(attributes)
        var planned = configuration.members ?? [:]
        for (name, attribute) in type.schema.block.attributes where configuration[attribute: name].isNull {
            if let fallback = attribute.fallback {
                planned[name] = fallback
            } else if attribute.presence.isComputed {
                planned[name] = prior?[attribute: name] ?? .unknown(attribute.type)
            }
        }
        var change = PlannedChange(
            prior: prior ?? .null(type.schema.block.impliedType), configuration: configuration, planned: .object(planned))
        if prior != nil {
            for (name, attribute) in type.schema.block.attributes where attribute.forcesReplacement && change.changes(name) {
                change.replacing.insert(.attribute(name))
            }
        }
        try await type.plan(&change, operation)
        return change
    }

    /// Plans an object and makes it; checks that it is what was planned, wholly known.
    func create(_ attributes: [String: Value]) async throws -> Value {
        let change = try await plan(attributes)
        let made = try await type.create(change.planned, operation)
        try expect(made, keeps: change.planned)
        return made
    }

    /// Plans a change in place and makes it.
    func update(_ state: Value, _ attributes: [String: Value]) async throws -> Value {
        let change = try await plan(attributes, prior: state)
        #expect(change.replacing.isEmpty)
        let made = try await type.update(state, to: change.planned, operation)
        try expect(made, keeps: change.planned)
        return made
    }

    /// The attributes whose change makes a new object.
    func replacing(_ state: Value, _ attributes: [String: Value]) async throws -> Set<String> {
        let change = try await plan(attributes, prior: state)
        return Set(
            change.replacing.compactMap { path in
                guard case .attribute(let name)? = path.first else { return nil }
                return change.changes(name) ? name : nil
            })
    }

    /// Whether nothing is to be done for the configuration.
    func isUnchanged(_ state: Value, _ attributes: [String: Value]) async throws -> Bool {
        try await plan(attributes, prior: state).planned == state
    }

    private func expect(_ made: Value, keeps planned: Value) throws {
        #expect(made.isWhollyKnown)
        #expect(made.type.conforms(to: type.schema.block.impliedType))
        for (name, value) in planned.sortedMembers where value.isWhollyKnown {
            #expect(made[attribute: name] == value, "\(name) is not what was planned")
        }
    }
}
