import HCL
import ProviderKit
import TemplateConfiguration
import TemplateEvaluation
import TemplateState

/// Deciding between leaving an object alone, changing it, and making a new one.
extension Walk {
    /// - Returns: nil, and told, if it cannot be decided.
    func planChange(
        _ context: InstanceContext, _ type: any ResourceType, prior: PriorObject, configuration: Value, _ planning: Planning
    ) async -> PlannedOutcome? {
        let isForced = planning.options.replacements.contains(context.address)
        guard let isTriggered = isReplacementTriggered(context, planning) else { return nil }
        return await decide(context, type, prior: prior, configuration: configuration, isForced: isForced, isTriggered: isTriggered)
    }

    func decide(
        _ context: InstanceContext, _ type: any ResourceType, prior: PriorObject, configuration: Value, isForced: Bool, isTriggered: Bool
    ) async -> PlannedOutcome? {
        let schema = context.schema.block
        let none = Value.null(schema.impliedType)
        // What is tainted is replaced whatever the configuration says: it is planned like something new.
        let known = prior.isTainted || prior.value.isNull ? none : prior.value.unmarkedDeep().0
        guard let step = await propose(context, type, prior: known, configuration: configuration) else { return nil }
        if known.isNull {
            guard prior.isTainted, !prior.value.isNull else {
                return PlannedOutcome(action: .create, before: none, after: step.planned)
            }
            return PlannedOutcome(
                action: replacement(context, prior), reason: .replaceBecauseTainted, before: prior.value, after: step.planned)
        }
        let planned = step.planned.unmarkedDeep().0
        let paths = step.replacing.filter { known.part($0) != planned.part($0) }.sorted { $0.text < $1.text }
        if paths.isEmpty && !isForced && !isTriggered {
            let action: ResourceChange.Action = planned == known ? .noOp : .update
            return PlannedOutcome(action: action, before: prior.value, after: step.planned)
        }
        let reason: ResourceChange.Reason = isTriggered ? .replaceByTriggers : isForced ? .replaceByRequest : .replaceBecauseCannotUpdate
        guard let fresh = await propose(context, type, prior: none, configuration: configuration) else { return nil }
        return PlannedOutcome(
            action: replacement(context, prior), reason: reason, before: prior.value, after: fresh.planned, replacePaths: paths)
    }

    private func replacement(_ context: InstanceContext, _ prior: PriorObject) -> ResourceChange.Action {
        graph.createsBeforeDestroying(context.address.configured) ? .createThenDelete : .replace
    }

    /// What an object is to be, by the schema and its provider; with marks.
    func propose(
        _ context: InstanceContext, _ type: any ResourceType, prior: Value, configuration: Value
    ) async -> (planned: Value, replacing: Set<AttributePath>)? {
        let schema = context.schema.block
        let kept = prior.isNull ? configuration : context.declaration.lifecycle.ignoredChanges.apply(prior: prior, to: configuration)
        let plain = kept.unmarkedDeep().0
        var planned = schema.proposed(prior: prior, configuration: plain)
        planned = schema.withDefaults(planned)
        if prior.isNull { planned = schema.withUnknowns(planned, configuration: plain) }
        var change = PlannedChange(prior: prior, configuration: plain, planned: planned)
        if !prior.isNull { change.replacing = schema.replacements(from: prior, to: planned) }
        do {
            let environment = environment
            change = try await limit.run { [change] in
                var change = change
                try await type.plan(&change, context.operation(environment, key: ""))
                return change
            }
        } catch {
            report(
                ProviderFailure(error, "plan \(context.address)")
                    .diagnostics(in: context.declaration.body, address: context.address.description))
            return nil
        }
        let marked = schema.markingSensitive(change.planned.copyingMarks(from: kept))
        return (marked, change.replacing)
    }
}

extension AttributePath {
    /// The steps of a traversal.
    init(_ steps: [TraversalStep]) {
        self = steps.map { step in
            switch step {
            case .attribute(let name, _): .attribute(name)
            case .index(let key, _): .index(key)
            }
        }
    }
}
