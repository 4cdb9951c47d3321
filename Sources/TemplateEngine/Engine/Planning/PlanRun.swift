import HCL
import TemplateConfiguration
import TemplateEvaluation
import TemplateState
import Threads

/// One run of planning.
struct PlanRun {
    let engine: TemplateEngine
    let options: PlanOptions
    let variables: [String: Value]

    func run(_ given: State?) async throws -> PlanResult {
        let prior = given ?? State(lineage: RandomKey.uuid())
        var state = prior
        let moves = options.isDestroy ? Moves() : Moves.apply(engine.configuration, to: &state)
        let graph = engine.dependencies
        let targeting = try await DeepStack.run { Targeting(options.targets, graph.graph) }
        let excluded = targeting.map { Diagnostics.excludedMoves(moves.previous, $0.targets) } ?? []
        if excluded.hasErrors { return PlanResult(plan: nil, diagnostics: [.targetingInEffect] + excluded) }
        let timestamp = options.timestamp ?? Clock.now()
        let planning = Planning(options: options, targeting: targeting, state: state, previousAddresses: moves.previous)
        let walk = try engine.walk(.plan(planning), inputs: variables, planTimestamp: timestamp, timestamp: nil)
        return await withTaskCancellationHandler {
            await walk.makePlan(prior: prior, blocked: moves.blocked, variables: variables, timestamp: timestamp)
        } onCancel: {
            Task { await walk.cancel() }
        }
    }
}

extension Walk {
    fileprivate func makePlan(
        prior: State, blocked: [ResourceInstanceAddress: ResourceInstanceAddress], variables: [String: Value], timestamp: String
    ) async -> PlanResult {
        guard case .plan(let planning) = phase else { return PlanResult(plan: nil, diagnostics: []) }
        if planning.targeting != nil { report([.targetingInEffect]) }
        if !planning.options.isDestroy {
            guard let imports = await prepareImports() else { return PlanResult(plan: nil, diagnostics: diagnostics) }
            planning.imports = imports.filter { address, _ in planning.targeting?.includes(address) ?? true }
        }
        await walkAll()
        if !planning.options.isDestroy { report(moveFindings()) }
        if !diagnostics.hasErrors { await planLeftovers(planning) }
        report(blocked.isEmpty ? [] : [.blockedMoves(blocked)])
        if !planning.options.isDestroy { report(importFindings(planning)) }
        report(replacementFindings(planning))
        report(.forgottenObjects(planning.changes))
        if isStopped { report([.error("Planning was cancelled", "Nothing was changed.")]) }
        if diagnostics.hasErrors { return PlanResult(plan: nil, diagnostics: diagnostics) }
        var plan = Plan(priorState: planning.state, timestamp: timestamp)
        plan.isDestroy = planning.options.isDestroy
        plan.targets = planning.targeting?.targets ?? []
        plan.changes = planning.changes.sorted {
            $0.address == $1.address ? ($0.deposedKey ?? "") < ($1.deposedKey ?? "") : $0.address < $1.address
        }
        plan.drift = planning.drift.sorted { $0.address < $1.address }
        plan.variables = variables
        plan.checks = checkStates
        plan.outputs = outputChanges(prior, planning)
        return PlanResult(plan: plan, diagnostics: diagnostics)
    }

    private func moveFindings() -> Diagnostics {
        MoveRules(
            configuration: configuration, hasModule: { self.isExpanded($0) },
            hasInstance: { self.values.resourceExpansions[$0.absoluteResource]?.contains($0.key) ?? false }
        ).diagnostics()
    }

    private func outputChanges(_ prior: State, _ planning: Planning) -> [String: OutputChange] {
        var changes: [String: OutputChange] = [:]
        let targeting = planning.targeting
        if targeting != nil && planning.options.isDestroy { return [:] }
        let declared = planning.options.isDestroy ? [:] : configuration.root.outputs
        for (name, declaration) in declared where targeting?.includes(.output(.root, name)) ?? true {
            let after = values.outputs[.root]?[name] ?? .dynamic
            let old = prior.outputs[name]
            let (plain, _) = after.unmarkedDeep()
            let action: ResourceChange.Action =
                if let old {
                    plain.isNull ? .delete : plain == old.value && declaration.isSensitive == old.isSensitive ? .noOp : .update
                } else {
                    plain.isNull ? .noOp : .create
                }
            changes[name] = OutputChange(
                action: action, before: old?.value ?? .null(), after: after,
                isSensitive: declaration.isSensitive || old?.isSensitive ?? false)
        }
        for (name, old) in prior.outputs where declared[name] == nil && targeting == nil {
            changes[name] = OutputChange(action: .delete, before: old.value, after: .null(), isSensitive: old.isSensitive)
        }
        return changes
    }
}
