import HCL
import TemplateConfiguration

/// What a walk has computed so far. Belongs to the walk's thread.
final class WalkValues {
    let configuration: Configuration
    let environment: EngineEnvironment
    let functions: FunctionEnvironment
    /// Whether changes are being made, as `terraform.applying` tells.
    let isApplying: Bool

    var inputs: [ModuleInstanceAddress: [String: Value]] = [:]
    var locals: [ModuleInstanceAddress: [String: Value]] = [:]
    var outputs: [ModuleInstanceAddress: [String: Value]] = [:]
    var moduleExpansions: [ModuleInstanceAddress: [String: Expansion]] = [:]
    var resourceExpansions: [AbsoluteResourceAddress: Expansion] = [:]
    /// Objects as they are or will be, with marks.
    var objects: [AbsoluteResourceAddress: [InstanceKey?: Value]] = [:]

    init(configuration: Configuration, environment: EngineEnvironment, functions: FunctionEnvironment, isApplying: Bool) {
        self.configuration = configuration
        self.environment = environment
        self.functions = functions
        self.isApplying = isApplying
    }

    /// Everything that a resource is to those who refer to it: one object, a tuple of them, or an object of them.
    func value(of resource: AbsoluteResourceAddress) -> Value {
        guard let expansion = resourceExpansions[resource] else { return .dynamic }
        let objects = objects[resource] ?? [:]
        switch expansion.kind {
        case .single: return objects[nil] ?? .dynamic
        case .count: return .tuple(expansion.sortedKeys.map { objects[$0] ?? .dynamic })
        case .forEach: return .object(byKey(expansion) { objects[$0] ?? .dynamic })
        }
    }

    /// Everything that a module call is: the outputs of one instance, or those of all.
    func value(ofModule call: String, in module: ModuleInstanceAddress) -> Value {
        guard let expansion = moduleExpansions[module]?[call] else { return .dynamic }
        func instance(_ key: InstanceKey?) -> Value { .object(outputs[module.child(call, key)] ?? [:]) }
        switch expansion.kind {
        case .single: return instance(nil)
        case .count: return .tuple(expansion.sortedKeys.map(instance))
        case .forEach: return .object(byKey(expansion, instance))
        }
    }

    private func byKey(_ expansion: Expansion, _ value: (InstanceKey?) -> Value) -> [String: Value] {
        expansion.instances.keys.reduce(into: [:]) { members, key in
            if case .string(let name)? = key { members[name] = value(key) }
        }
    }
}
