import HCL
import ProviderKit
import TemplateConfiguration
import TemplateEvaluation
import TemplateState

/// Planning what becomes of objects that a template owns.
extension Walk {
    func planManaged(_ context: InstanceContext, _ planning: Planning) async -> Bool {
        let address = context.address
        planning.visited.insert(address)
        guard let type = context.provider.resourceType(address.resource.type) else { return false }
        guard await importObject(context, type, planning), await refresh(context, type, planning) else { return false }
        guard let object = decode(planning.state[address]?.current, context) else { return false }
        if planning.options.isDestroy || planning.options.isRefreshOnly {
            setObject(object.value, of: address)
            return true
        }
        let scope = scope(of: context)
        guard await judge(context.declaration.lifecycle.preconditions, as: .resourcePrecondition, in: scope, of: .resource(address)),
            let configuration = configurationValue(context, in: scope)
        else { return false }
        guard let outcome = await planChange(context, type, prior: object, configuration: configuration, planning) else { return false }
        if context.declaration.lifecycle.preventDestroy, [.replace, .createThenDelete].contains(outcome.action) {
            report([.preventedDestroy(address, context.declaration)])
            return false
        }
        record(outcome, context, planning)
        if context.declaration.lifecycle.preventDestroy, [.replace, .createThenDelete].contains(outcome.action) {
            report([.preventedDestroy(address, context.declaration)])
            return false
        }
        let own = ModuleScope(values: values, module: address.module, repetition: context.repetition, own: outcome.after)
        return await judge(context.declaration.lifecycle.postconditions, as: .resourcePostcondition, in: own, of: .resource(address))
    }

    func scope(of context: InstanceContext) -> ModuleScope {
        ModuleScope(values: values, module: context.address.module, repetition: context.repetition)
    }

    func setObject(_ value: Value, of address: ResourceInstanceAddress) {
        values.objects[address.absoluteResource, default: [:]][address.key] = value
    }

    /// What the body says, with marks; nil, and told, if it is wrong.
    func configurationValue(_ context: InstanceContext, in scope: ModuleScope) -> Value? {
        let schema = context.schema.block
        let body = context.declaration.body
        let (expressionContext, missing) = scope.scope.context(for: schema.traversals(of: body))
        let (value, found) = schema.decode(body, in: expressionContext)
        // Warnings about the text were given when it was validated.
        report((missing + found).filter { $0.severity == .error })
        if (missing + found).hasErrors { return nil }
        let findings = validate(value.unmarkedDeep().0, context).filter { $0.severity == .error }
        report(findings.diagnostics(in: body, address: context.address.description))
        return findings.isEmpty ? value : nil
    }

    private func validate(_ value: Value, _ context: InstanceContext) -> [ProviderFinding] {
        let type = context.address.resource.type
        switch context.address.resource.mode {
        case .managed: return context.provider.resourceType(type)?.validate(value) ?? []
        case .data: return context.provider.dataSource(type)?.validate(value) ?? []
        case .ephemeral: return []
        }
    }

    private func record(_ outcome: PlannedOutcome, _ context: InstanceContext, _ planning: Planning) {
        let address = context.address
        var change = ResourceChange(
            address: address, provider: context.providerAddress, action: outcome.action, before: outcome.before, after: outcome.after)
        change.reason = outcome.reason
        change.replacePaths = outcome.replacePaths
        change.dependencies = context.dependencies
        change.priorDependencies = planning.state[address]?.current?.dependencies ?? []
        change.previousAddress = planning.previousAddresses[address]
        if let request = planning.imports[address], planning.imported.contains(address) {
            change.isImport = true
            change.importID = request.id
        }
        if outcome.action == .noOp, !outcome.after.isNull {
            // What is secret in it, and what it depends on, may be other things than when it was made.
            keep(outcome.after, context, planning)
            change.before = outcome.after
        }
        planning.changes.append(change)
        setObject(outcome.after, of: address)
    }

    private func keep(_ value: Value, _ context: InstanceContext, _ planning: Planning) {
        guard var object = planning.state[context.address]?.current else { return }
        do {
            object.sensitivePaths = value.isMarkedDeep ? try ObjectState(value, context.schema).sensitivePaths : []
            object.dependencies = context.dependencies
            planning.state[context.address]?.current = object
        } catch {
            report([.error("Failed to encode state", "\(error)")])
        }
    }
}

/// An object as it was found, for planning.
struct PriorObject {
    /// With marks; null if there is none.
    var value: Value
    var isTainted = false
    var createBeforeDestroy = false
}
