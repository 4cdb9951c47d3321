import HCL
import ProviderKit
import TemplateConfiguration
import TemplateEvaluation
import TemplateState

/// Replacing an object because another one changes.
extension Walk {
    /// Whether something that `replace_triggered_by` names is going to change; nil, and told, if it names nothing.
    func isReplacementTriggered(_ context: InstanceContext, _ planning: Planning) -> Bool? {
        for expression in context.declaration.lifecycle.replaceTriggeredBy {
            guard let trigger = trigger(expression, context) else { continue }
            guard configuration.resource(ConfiguredResourceAddress(context.address.module.module, trigger.resource)) != nil else {
                let detail = "A resource \(trigger.name) has not been declared in \(context.address.module.displayName)"
                report([.error("Reference to undeclared resource", detail, subject: expression.range)])
                return nil
            }
            let resource = AbsoluteResourceAddress(context.address.module, trigger.resource)
            let changes = planning.changes.filter { change in
                guard change.deposedKey == nil, change.address.absoluteResource == resource else { return false }
                return trigger.key.map { change.address.key == $0 } ?? true
            }
            if changes.isEmpty {
                report([.error("no change found for \(trigger.name) in \(context.address.module.displayName)")])
                return nil
            }
            if changes.contains(where: { $0.isTriggering(trigger.path) }) { return true }
        }
        return false
    }

    private func trigger(_ expression: Expression, _ context: InstanceContext) -> Trigger? {
        guard var steps = steps(expression, scope(of: context)) else { return nil }
        if steps.first == .attribute("resource") { steps.removeFirst() }
        guard steps.count >= 2, case .attribute(let type) = steps[0], case .attribute(let name) = steps[1] else { return nil }
        var trigger = Trigger(resource: ResourceAddress(.managed, type, name))
        steps.removeFirst(2)
        if case .index(let value)? = steps.first, let key = InstanceKey(value) {
            trigger.key = key
            steps.removeFirst()
        } else if !steps.isEmpty {
            trigger.key = .some(nil)
        }
        trigger.path = steps
        return trigger
    }
}

/// What an element of `replace_triggered_by` names.
private struct Trigger {
    var resource: ResourceAddress
    /// Nil for all instances.
    var key: InstanceKey??
    var path: AttributePath = []

    var name: String { resource.description + (key ?? nil).text }
}

extension ResourceChange {
    /// Only what changes in place, or is replaced, makes others be replaced, too.
    fileprivate func isTriggering(_ path: AttributePath) -> Bool {
        guard [.update, .replace, .createThenDelete].contains(action) else { return false }
        return path.isEmpty || before.part(path)?.unmarkedDeep().0 != after.part(path)?.unmarkedDeep().0
    }
}

extension ModuleInstanceAddress {
    /// As sentences name it.
    fileprivate var displayName: String { isRoot ? "the root module" : description }
}
