import HCL
import TemplateConfiguration
import TemplateState

/// Carries objects of a state to the addresses that `moved` blocks, and changes of `count`, give them.
struct Moves {
    /// A block, and the module that it stands in.
    struct Statement {
        var module: ModuleAddress
        var from: MoveEndpoint
        var to: MoveEndpoint
    }

    /// Where objects came from, by where they are now.
    private(set) var previous: [ResourceInstanceAddress: ResourceInstanceAddress] = [:]
    /// Moves that could not be made because the new address is taken: from and to.
    private(set) var blocked: [ResourceInstanceAddress: ResourceInstanceAddress] = [:]

    /// Carries out the blocks of a configuration, then what changes of repetition imply.
    static func apply(_ configuration: Configuration, to state: inout State) -> Moves {
        var moves = Moves()
        let statements = configuration.modules.keys.sorted { $0.description < $1.description }.flatMap { module in
            (configuration[module]?.moves ?? []).map { Statement(module: module, from: $0.from, to: $0.to) }
        }
        // Chains of moves come out right whatever their order is; one more round than there are statements finds nothing new.
        for _ in 0...statements.count {
            let before = moves.previous
            for statement in statements { moves.carryOut(statement, &state) }
            if moves.previous == before { break }
        }
        moves.carryOutImplied(configuration, &state)
        return moves
    }

    private mutating func carryOut(_ statement: Statement, _ state: inout State) {
        for address in state.managedInstances {
            guard let target = statement.target(of: address), target != address else { continue }
            move(address, to: target, &state)
        }
    }

    /// An object keeps its place when `count` is put on a resource or module, or taken off.
    private mutating func carryOutImplied(_ configuration: Configuration, _ state: inout State) {
        for address in state.managedInstances {
            guard let repetition = configuration.resource(address.configured)?.repetition else { continue }
            switch (repetition, address.key) {
            case (.count, nil): move(address, to: address.absoluteResource.instance(.integer(0)), &state)
            case (.none, .integer(0)?): move(address, to: address.absoluteResource.instance(nil), &state)
            default: continue
            }
        }
    }

    private mutating func move(_ address: ResourceInstanceAddress, to target: ResourceInstanceAddress, _ state: inout State) {
        guard let instance = state[address], let provider = state.resources[address.absoluteResource]?.provider else { return }
        guard state[target] == nil else {
            blocked[address] = target
            return
        }
        state[address] = nil
        state.set(instance, at: target, provider: provider)
        previous[target] = previous.removeValue(forKey: address) ?? address
        blocked[address] = nil
    }
}

extension Moves.Statement {
    /// Where the statement carries an object; nil if it does not speak of it.
    func target(of address: ResourceInstanceAddress) -> ResourceInstanceAddress? {
        let depth = module.calls.count
        let steps = address.module.steps
        guard steps.count >= depth, Array(steps.prefix(depth).map(\.call)) == module.calls else { return nil }
        let outer = Array(steps.prefix(depth))
        let inner = Array(steps.dropFirst(depth))
        return from.resource == nil ? moduleTarget(outer, inner, address) : resourceTarget(outer, inner, address)
    }

    private func resourceTarget(
        _ outer: [ModuleInstanceAddress.Step], _ inner: [ModuleInstanceAddress.Step], _ address: ResourceInstanceAddress
    ) -> ResourceInstanceAddress? {
        guard inner == from.module.steps, address.resource == from.resource, let resource = to.resource else { return nil }
        let module = ModuleInstanceAddress(outer + to.module.steps)
        // Without a key on either side the resource as a whole is meant.
        if from.key == nil && to.key == nil { return ResourceInstanceAddress(module, resource, address.key) }
        return address.key == from.key ? ResourceInstanceAddress(module, resource, to.key) : nil
    }

    private func moduleTarget(
        _ outer: [ModuleInstanceAddress.Step], _ inner: [ModuleInstanceAddress.Step], _ address: ResourceInstanceAddress
    ) -> ResourceInstanceAddress? {
        let old = from.module.steps
        guard inner.count >= old.count, let oldLast = old.last, let newLast = to.module.steps.last else { return nil }
        let head = Array(inner.prefix(old.count))
        guard head.dropLast() == old.dropLast(), let last = head.last, last.call == oldLast.call else { return nil }
        var step = newLast
        if oldLast.key == nil && newLast.key == nil {
            step.key = last.key
        } else if last.key != oldLast.key {
            return nil
        }
        let steps = outer + to.module.steps.dropLast() + [step] + inner.dropFirst(old.count)
        return ResourceInstanceAddress(ModuleInstanceAddress(steps), address.resource, address.key)
    }
}
