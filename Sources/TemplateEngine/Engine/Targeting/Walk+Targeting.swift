import HCL
import ProviderKit
import TemplateConfiguration
import TemplateEvaluation
import TemplateState

/// Leaving alone what is no target.
extension Walk {
    /// Nil if everything is worked on.
    var targeting: Targeting? {
        switch phase {
        case .plan(let planning): planning.targeting
        case .apply(let applying): applying.targeting
        case .read: nil
        }
    }

    /// Whether a node is worked on for its own sake.
    func isIncluded(_ node: WalkNode) -> Bool {
        guard let targeting else { return true }
        return switch node {
        case .input(let module, let name): targeting.includes(.variable(module.module, name))
        case .local(let module, let name): targeting.includes(.local(module.module, name))
        case .output(let module, let name): targeting.includes(.output(module.module, name))
        case .expansion(let module, let call): targeting.includes(.module(module.module.child(call)))
        case .check(let module, let name): targeting.includes(.check(module.module, name))
        case .provider(let address): targeting.includes(.provider(address))
        case .preparation(let address), .resource(let address): targeting.includes(.resource(address.configured))
        case .instance(let address): targeting.includes(address)
        }
    }

    /// Makes a resource that is not worked on at all readable.
    func leaveAlone(_ address: AbsoluteResourceAddress, _ declaration: ResourceDeclaration, _ schema: BlockSchema) async -> Bool {
        guard let expansion = await expansion(declaration.repetition, in: address.module) else { return false }
        values.resourceExpansions[address] = expansion
        contexts[address] = []
        return takeUntouched(address, beside: [], schema)
    }

    /// Makes instances of the state readable that are not worked on; false, and told, if one cannot be read.
    ///
    /// - Parameter keys: of those that are.
    func takeUntouched(_ resource: AbsoluteResourceAddress, beside keys: [InstanceKey?], _ schema: BlockSchema) -> Bool {
        guard let targeting else { return true }
        let instances = state.resources[resource]?.instances ?? [:]
        var present = Set(keys)
        do {
            for (key, instance) in instances where !keys.contains(key) && !targeting.includes(resource.instance(key)) {
                guard let object = instance.current else { continue }
                present.insert(key)
                setObject(schema.markingSensitive(try object.value(as: schema.impliedType)), of: resource.instance(key))
            }
        } catch {
            let detail = "The object \(resource) in the state does not fit the schema of its resource type: \(error)."
            report([.error("Unable to read state", detail)])
            return false
        }
        for key in values.resourceExpansions[resource]?.missing(beside: present) ?? [] {
            setObject(.unknown(schema.impliedType), of: resource.instance(key))
        }
        values.presentKeys[resource] = present
        return true
    }

    private var state: State {
        switch phase {
        case .plan(let planning): planning.state
        case .apply(let applying): applying.plan.priorState
        case .read: State(lineage: "")
        }
    }
}

extension Expansion {
    /// Of these instances everything that a resource is to those who refer to it; there may be others that nobody works on.
    func value(of keys: Set<InstanceKey?>, _ instance: (InstanceKey?) -> Value) -> Value {
        switch self {
        case .single: instance(nil)
        case .count: .tuple((0..<Self.length(keys)).map { instance(.integer($0)) })
        case .forEach:
            .object(
                keys.reduce(into: [:]) { members, key in
                    if case .string(let name)? = key { members[name] = instance(key) }
                })
        case .unknown: .dynamic
        }
    }

    /// Instances that references see though they are not there.
    fileprivate func missing(beside keys: Set<InstanceKey?>) -> [InstanceKey?] {
        switch self {
        case .single: keys.contains(nil) ? [] : [nil]
        case .count: (0..<Self.length(keys)).map { .integer($0) }.filter { !keys.contains($0) }
        case .forEach, .unknown: []
        }
    }

    private static func length(_ keys: Set<InstanceKey?>) -> Int {
        keys.compactMap { if case .integer(let index)? = $0 { index + 1 } else { nil } }.max() ?? 0
    }
}
