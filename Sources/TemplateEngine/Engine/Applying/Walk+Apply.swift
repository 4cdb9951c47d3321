import HCL
import ProviderKit
import TemplateConfiguration
import TemplateEvaluation
import TemplateState

/// Carrying out what was planned.
extension Walk {
    func applyInstance(_ context: InstanceContext, _ applying: Applying) async -> Bool {
        let address = context.address
        if address.resource.mode == .data { return await applyData(context, applying) }
        guard let type = context.provider.resourceType(address.resource.type) else { return false }
        guard let change = applying.changes[address], change.isChange, !applying.plan.isDestroy else {
            return await keepObject(context, applying)
        }
        guard await waitForPredecessors(of: .change(address), applying) else { return false }
        let scope = scope(of: context)
        guard await judge(context.declaration.lifecycle.preconditions, as: .resourcePrecondition, in: scope, of: .resource(address)),
            let configuration = configurationValue(context, in: scope), isComplete(configuration, context, applying),
            let prior = decode(applying.state[address]?.current, context),
            let proposal = await finalProposal(context, type, change, prior, configuration)
        else { return false }
        let isDone = await carryOut(change, context, type, prior: prior.value, proposal, applying)
        guard isDone else { return false }
        guard let object = decode(applying.state[address]?.current, context) else { return false }
        return await judge(
            context.declaration.lifecycle.postconditions, as: .resourcePostcondition,
            in: ModuleScope(values: values, module: address.module, repetition: context.repetition, own: object.value),
            of: .resource(address))
    }

    /// Whether everything is known by now; false, and told, where what an object refers to was kept from being made.
    private func isComplete(_ configuration: Value, _ context: InstanceContext, _ applying: Applying) -> Bool {
        if applying.targeting == nil || configuration.isWhollyKnown { return true }
        let detail = """
            The configuration for \(context.address) still contains unknown values during apply: it refers to an object that does not exist \
            and that the -target options leave out. Add that object to the targets.
            """
        report([.error("Configuration contains unknown value", detail, subject: context.declaration.range)])
        return false
    }

    /// An object that stays as it is.
    private func keepObject(_ context: InstanceContext, _ applying: Applying) async -> Bool {
        let address = context.address
        guard let object = decode(applying.state[address]?.current, context) else { return false }
        setObject(object.value, of: address)
        if applying.plan.isDestroy { return true }
        let scope = scope(of: context)
        guard await judge(context.declaration.lifecycle.preconditions, as: .resourcePrecondition, in: scope, of: .resource(address)) else {
            return false
        }
        let own = ModuleScope(values: values, module: address.module, repetition: context.repetition, own: object.value)
        return await judge(context.declaration.lifecycle.postconditions, as: .resourcePostcondition, in: own, of: .resource(address))
    }

    private func applyData(_ context: InstanceContext, _ applying: Applying) async -> Bool {
        let address = context.address
        let isPending = applying.changes[address]?.action == .read || context.declaration.check != nil
        if !isPending || applying.plan.isDestroy {
            guard let object = decode(applying.state[address]?.current, context) else { return false }
            setObject(object.value.isNull ? .unknown(object.value.type) : object.value, of: address)
            return true
        }
        let scope = scope(of: context)
        guard await judge(context.declaration.lifecycle.preconditions, as: .resourcePrecondition, in: scope, of: .resource(address)),
            let configuration = configurationValue(context, in: scope)
        else { return false }
        let found = await readData(context, configuration)
        // What a check could not read is there as it was planned.
        guard let value = found ?? (context.declaration.check == nil ? nil : applying.changes[address]?.after.knownOrNull) else {
            return false
        }
        store(value, context) {
            var object = $0
            object.dependencies = []
            applying.state.setCurrent(object, of: address, provider: context.providerAddress)
        }
        if found == nil { return false }
        setObject(value, of: address)
        let own = ModuleScope(values: values, module: address.module, repetition: context.repetition, own: value)
        return await judge(context.declaration.lifecycle.postconditions, as: .resourcePostcondition, in: own, of: .resource(address))
    }

    func waitForPredecessors(of operation: EngineOperation, _ applying: Applying) async -> Bool {
        for predecessor in applying.order.predecessors[operation] ?? [] {
            switch predecessor {
            case .change(let address): if await !visit(.instance(address)) { return false }
            case .destroy: if await !startDestroy(predecessor, applying).value { return false }
            }
        }
        return !isStopped && !applying.isJournalLost
    }

    /// What the object is to be now that everything is known; nil, and told, if that is not what was approved.
    private func finalProposal(
        _ context: InstanceContext, _ type: any ResourceType, _ change: ResourceChange, _ prior: PriorObject, _ configuration: Value
    ) async -> Value? {
        let old = change.action == .update ? prior.value.unmarkedDeep().0 : .null(context.schema.block.impliedType)
        guard let proposal = await propose(context, type, prior: old, configuration: configuration) else { return nil }
        if let path = proposal.planned.unmarkedDeep().0.contradiction(of: change.after.unmarkedDeep().0) {
            let detail = """
                When expanding the plan for \(context.address) to include new values learned so far during apply, the provider \
                \(context.providerAddress.provider.description.goQuoted) produced an invalid new value for \(path.text).

                This is a bug in the provider, which should be reported in the provider's own issue tracker.
                """
            report([.error("Provider produced inconsistent final plan", detail)])
            return nil
        }
        return proposal.planned
    }
}

extension Value {
    /// Where the value differs from what was known of it before; nil if it is what was planned.
    fileprivate func contradiction(of planned: Value) -> AttributePath? {
        switch (content, planned.content) {
        case (_, .unknown): return nil
        case (.members(let members), .members(let others)):
            for (name, other) in others {
                let step: PathStep = type.isMap ? .index(.string(name)) : .attribute(name)
                guard let value = members[name] else { return [step] }
                if let path = value.contradiction(of: other) { return [step] + path }
            }
            return nil
        case (.elements(let elements), .elements(let others)) where !type.isSet:
            guard elements.count == others.count else { return [] }
            for (index, (value, other)) in zip(elements, others).enumerated() {
                if let path = value.contradiction(of: other) { return [.index(.integer(index))] + path }
            }
            return nil
        default: return self == planned || !planned.isWhollyKnown ? nil : []
        }
    }
}
