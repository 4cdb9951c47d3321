import HCL
import TemplateConfiguration
import TemplateEvaluation
import TemplateState

/// Conditions of resources, outputs, variables and check blocks.
extension Walk {
    /// Judges conditions; false if one does not hold, or could not be judged.
    func judge(_ rules: [CheckRule], as kind: ConditionKind, in scope: ModuleScope, of target: CheckTarget) async -> Bool {
        // What is to end need not be right.
        if case .plan(let planning) = phase, planning.options.isDestroy { return true }
        var isGood = true
        for rule in rules {
            guard await prepare(rule.traversals, in: scope.module) else { return false }
            let isCheck = kind == .checkAssertion
            let (outcome, found) = rule.evaluate(as: kind, in: scope.scope, severity: isCheck ? .warning : .error)
            checks.add(outcome, of: target)
            report(found)
            if outcome.status == .fail || outcome.status == .error { isGood = false }
        }
        return isGood
    }

    /// Judges the rules about the value of a variable.
    func validate(_ declaration: VariableDeclaration, in module: ModuleInstanceAddress) async -> Bool {
        var isGood = true
        for rule in declaration.validations {
            // The variable itself is there already; waiting for it would wait for ourselves.
            let others = rule.traversals.filter { Reference.parse($0).0?.subject != .input(declaration.input.name) }
            guard await prepare(others, in: module) else { return false }
            let scope = ModuleScope(values: values, module: module).scope
            let (outcome, found) = rule.validate(
                in: scope, isSecret: declaration.input.isSensitive, at: argumentRange(declaration, in: module))
            checks.add(outcome, of: .variable(declaration.input.name, in: module))
            report(found)
            if found.hasErrors { isGood = false }
        }
        return isGood
    }

    /// What gave a variable its value: the argument in a module call, or the declaration.
    private func argumentRange(_ declaration: VariableDeclaration, in module: ModuleInstanceAddress) -> SourceRange {
        guard let parent = module.parent, let step = module.steps.last,
            let call = configuration[parent.module]?.moduleCalls[step.call]
        else { return declaration.range }
        let (content, _) = call.body.partialContent(BodySchema(attributes: [BodySchema.Attribute(declaration.input.name)]))
        return content.attributes[declaration.input.name]?.expression.range ?? declaration.range
    }

    /// A check block: whatever is wrong in it is a warning.
    func computeCheck(_ name: String, in module: ModuleInstanceAddress) async -> Bool {
        guard let check = configuration[module.module]?.checks[name] else { return false }
        if let data = check.dataResource, await !visit(.resource(AbsoluteResourceAddress(module, data))) { return true }
        _ = await judge(check.asserts, as: .checkAssertion, in: ModuleScope(values: values, module: module), of: .check(name, in: module))
        return true
    }
}

extension Diagnostic {
    var asWarning: Diagnostic {
        var warning = self
        warning.severity = .warning
        return warning
    }
}
