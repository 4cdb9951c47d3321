import HCL
import TemplateConfiguration
import TemplateState
import Threads

/// One run of applying a plan.
struct ApplyRun {
    let engine: TemplateEngine
    let plan: Plan

    func run(_ journal: (any Journal)?) async throws -> ApplyResult {
        let graph = engine.dependencies
        let (order, targeting) = try await DeepStack.run { (OperationOrder(plan, graph), Targeting(plan.targets, graph.graph)) }
        let applying = Applying(plan: plan, targeting: targeting, state: plan.priorState, journal: journal, order: order)
        let walk = try engine.walk(.apply(applying), inputs: plan.variables, planTimestamp: plan.timestamp, timestamp: Clock.now())
        return await withTaskCancellationHandler {
            await walk.carryOutPlan()
        } onCancel: {
            Task { await walk.cancel() }
        }
    }
}

extension Walk {
    fileprivate func carryOutPlan() async -> ApplyResult {
        guard case .apply(let applying) = phase else {
            return ApplyResult(state: State(lineage: ""), diagnostics: [], providerConfigurations: [:])
        }
        if applying.plan.isDestroy {
            await destroyAll()
        } else {
            async let ends: Void = destroyAll()
            await walkAll()
            await ends
        }
        if isStopped { report([.error("Apply was cancelled", "What was done so far is in the state; run it again to go on.")]) }
        finish(applying)
        if applying.targeting != nil { report([.incompleteChanges]) }
        return result(applying)
    }

    private func result(_ applying: Applying) -> ApplyResult {
        let open = JournalLog(applying.state, providerConfigurations: [:], open: Array(applying.open.values)).open
        let used = Set(applying.state.resources.values.map(\.provider) + open.map(\.intent.provider))
        return ApplyResult(
            state: applying.state, diagnostics: diagnostics, open: open,
            providerConfigurations: providerConfigurations.filter { used.contains($0.key) })
    }

    /// Outputs, checks and the serial number of the new state.
    private func finish(_ applying: Applying) {
        let isGood = !diagnostics.hasErrors
        if applying.plan.isDestroy, let targeting = applying.targeting {
            let ends = targeting.ends(in: applying.plan.priorState)
            for address in ends where isGood && address.resource.mode != .managed { applying.state[address] = nil }
        } else if applying.plan.isDestroy {
            applying.state.outputs = [:]
            if isGood {
                applying.state.resources = applying.state.resources.filter { $0.key.resource.mode == .managed }
            }
        } else {
            storeOutputs(applying)
        }
        applying.state.checks = checkStates
        applying.state.serial += 1
    }

    private func storeOutputs(_ applying: Applying) {
        let declared = configuration.root.outputs
        // With targets what is not declared any more is nobody's business.
        if applying.targeting == nil { applying.state.outputs = applying.state.outputs.filter { declared[$0.key] != nil } }
        for (name, declaration) in declared {
            // One that could not be computed because of an error stays as it was.
            guard let value = values.outputs[.root]?[name] else { continue }
            // What was not made, as it is no target, is not known even now.
            let (plain, marks) = (applying.targeting == nil ? value : value.knownOrNull).unmarkedDeep()
            if marks.contains(.ephemeral) || declaration.isEphemeral || plain.isNull || !plain.isWhollyKnown {
                applying.state.outputs[name] = nil
            } else {
                applying.state.outputs[name] = OutputState(value: plain, isSensitive: declaration.isSensitive)
            }
        }
    }
}
