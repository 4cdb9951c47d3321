import HCL
import TemplateConfiguration
import TemplateEvaluation

/// What a walk has computed so far. Belongs to the walk's thread.
final class WalkValues {
    let configuration: Configuration
    let environment: EngineEnvironment
    let functions: FunctionEnvironment
    /// What expressions can call, by module.
    let callable: [ModuleAddress: [String: Function]]
    /// Whether changes are being made, as `terraform.applying` tells.
    let isApplying: Bool

    var inputs: [ModuleInstanceAddress: [String: Value]] = [:]
    var locals: [ModuleInstanceAddress: [String: Value]] = [:]
    var outputs: [ModuleInstanceAddress: [String: Value]] = [:]
    var moduleExpansions: [ModuleInstanceAddress: [String: Expansion]] = [:]
    var resourceExpansions: [AbsoluteResourceAddress: Expansion] = [:]
    /// Objects as they are or will be, with marks.
    var objects: [AbsoluteResourceAddress: [InstanceKey?: Value]] = [:]

    /// Of a resource that is not worked on as a whole: the instances that there are or will be.
    var presentKeys: [AbsoluteResourceAddress: Set<InstanceKey?>] = [:]

    init(
        configuration: Configuration, environment: EngineEnvironment, functions: FunctionEnvironment,
        callable: [ModuleAddress: [String: Function]], isApplying: Bool
    ) {
        self.configuration = configuration
        self.environment = environment
        self.functions = functions
        self.callable = callable
        self.isApplying = isApplying
    }

    /// Everything that a resource is to those who refer to it: one object, a tuple of them, or an object of them.
    func value(of resource: AbsoluteResourceAddress) -> Value {
        guard let expansion = resourceExpansions[resource] else { return .dynamic }
        let objects = objects[resource] ?? [:]
        if let keys = presentKeys[resource] { return expansion.value(of: keys) { objects[$0] ?? .dynamic } }
        return value(expansion) { objects[$0] ?? .dynamic }
    }

    /// Everything that a module call is: the outputs of one instance, or those of all.
    func value(ofModule call: String, in module: ModuleInstanceAddress) -> Value {
        guard let expansion = moduleExpansions[module]?[call], configuration[module.module.child(call)] != nil else { return .dynamic }
        return value(expansion) { .object(outputs[module.child(call, $0)] ?? [:]) }
    }

    private func value(_ expansion: Expansion, _ instance: (InstanceKey?) -> Value) -> Value {
        switch expansion {
        case .single: instance(nil)
        case .count: .tuple(expansion.instanceKeys.map(instance))
        case .forEach(let items): .object(items.reduce(into: [:]) { $0[$1.key] = instance(.string($1.key)) })
        case .unknown: .dynamic
        }
    }
}
