import HCL
import ProviderKit
import TemplateConfiguration
import TemplateEvaluation
import TemplateState

/// Reading data sources: while planning if that is possible, else while applying.
extension Walk {
    func planData(_ context: InstanceContext, _ planning: Planning) async -> Bool {
        let address = context.address
        planning.visited.insert(address)
        if planning.options.isDestroy { return await keepData(context, planning) }
        let scope = scope(of: context)
        guard await judge(context.declaration.lifecycle.preconditions, as: .resourcePrecondition, in: scope, of: .resource(address)),
            let configuration = configurationValue(context, in: scope)
        else { return false }
        let schema = context.schema.block
        let plain = schema.withDefaults(configuration.unmarkedDeep().0)
        let planned = schema.markingSensitive(schema.withUnknowns(plain, configuration: plain).copyingMarks(from: configuration))
        if let reason = postponement(context, configuration, planning) {
            postpone(context, planned, reason, planning)
            return true
        }
        let found = await readData(context, configuration)
        if context.declaration.check != nil {
            // What a check reads is read again when all is done.
            postpone(context, found ?? planned, .readBecauseCheckNested, planning)
            return found != nil
        }
        guard let value = found else { return false }
        store(value, context) { planning.state.setCurrent($0, of: address, provider: context.providerAddress) }
        setObject(value, of: address)
        let own = ModuleScope(values: values, module: address.module, repetition: context.repetition, own: value)
        return await judge(context.declaration.lifecycle.postconditions, as: .resourcePostcondition, in: own, of: .resource(address))
    }

    /// Reads a data source, perhaps again, when changes are made.
    private func postpone(_ context: InstanceContext, _ planned: Value, _ reason: ResourceChange.Reason, _ planning: Planning) {
        let address = context.address
        var change = ResourceChange(
            address: address, provider: context.providerAddress, action: .read, before: .null(context.schema.block.impliedType),
            after: planned)
        change.reason = reason
        change.dependencies = context.dependencies
        planning.changes.append(change)
        planning.state[address] = nil
        setObject(planned, of: address)
    }

    /// For a destroy plan the state's value does, as data sources are only needed for provider configurations.
    private func keepData(_ context: InstanceContext, _ planning: Planning) async -> Bool {
        guard let object = decode(planning.state[context.address]?.current, context) else { return false }
        if !object.value.isNull {
            setObject(object.value, of: context.address)
            return true
        }
        guard let configuration = configurationValue(context, in: scope(of: context)), configuration.isWhollyKnown,
            let value = await readData(context, configuration)
        else {
            setObject(.unknown(context.schema.block.impliedType), of: context.address)
            return true
        }
        setObject(value, of: context.address)
        return true
    }

    /// Why a data source cannot be read yet; nil if it can.
    private func postponement(_ context: InstanceContext, _ configuration: Value, _ planning: Planning) -> ResourceChange.Reason? {
        if !configuration.isWhollyKnown { return .readBecauseConfigUnknown }
        // Who names a managed resource needs it to be as it is going to be, even if what is used of it is known.
        let named = graph.references(of: context.declaration, context.schema.block).compactMap { subject -> ConfiguredResourceAddress? in
            switch subject {
            case .resource(let address) where address.mode == .managed, .resourceInstance(let address, _) where address.mode == .managed:
                ConfiguredResourceAddress(context.address.module.module, address)
            default: nil
            }
        }
        let pending = graph.explicitDependencies(of: context.address.configured).union(named).contains { dependency in
            planning.changes.contains { $0.address.configured == dependency && $0.action != .noOp }
        }
        return pending ? .readBecauseDependencyPending : nil
    }

    /// The object of a data source with marks; nil, and told, if it cannot be read.
    func readData(_ context: InstanceContext, _ configuration: Value) async -> Value? {
        let address = context.address
        guard let source = context.provider.dataSource(address.resource.type) else { return nil }
        let schema = context.schema.block
        let plain = schema.withDefaults(configuration.unmarkedDeep().0)
        environment.observer(.reading(address: address.description))
        do {
            let environment = environment
            let value = try await limit.run { try await source.read(plain, context.operation(environment, key: "")) }
            environment.observer(.read(address: address.description))
            return schema.markingSensitive(value.copyingMarks(from: configuration))
        } catch {
            let found = ProviderFailure(error, "read \(address)")
                .diagnostics(in: context.declaration.body, address: address.description)
            guard let check = context.declaration.check else {
                report(found)
                return nil
            }
            // That it cannot be read is a finding of the check, not the end of everything.
            report(found.map(\.asWarning))
            for finding in found {
                checks.add(.fail("\(finding.summary): \(finding.detail)"), of: .check(check, in: address.module))
            }
            return nil
        }
    }

    /// Writes an object into a state.
    func store(_ value: Value, _ context: InstanceContext, _ write: (ObjectState) -> Void) {
        do {
            write(try ObjectState(value, context.schema))
        } catch {
            report([.error("Failed to encode state", "\(context.address): \(error)", subject: context.declaration.range)])
        }
    }
}
