import HCL
import TemplateConfiguration
import TemplateEvaluation
import TemplateState

/// Modules: their calls, what goes in, what is computed in them, and what comes out.
extension Walk {
    /// Everything that there is, all started at once.
    func walkAll() async {
        await startAll(in: .root)
        for check in configuration.root.checks.keys.sorted() where isIncluded(.check(.root, check)) {
            _ = await visit(.check(.root, check))
        }
    }

    private func startAll(in module: ModuleInstanceAddress) async {
        guard let content = configuration[module.module] else { return }
        let nodes: [WalkNode] =
            content.variables.keys.sorted().map { .input(module, $0) } + content.locals.keys.sorted().map { .local(module, $0) }
            + content.resources.keys.map { .resource(AbsoluteResourceAddress(module, $0)) }
            + content.moduleCalls.keys.sorted().map { .expansion(module, $0) }
        let wanted = nodes.filter(isIncluded)
        for node in wanted { start(node) }
        for call in content.moduleCalls.keys.sorted() where isIncluded(.expansion(module, call)) {
            guard await visit(.expansion(module, call)) else { continue }
            for key in values.moduleExpansions[module]?[call]?.instanceKeys ?? [] { await startAll(in: module.child(call, key)) }
        }
        _ = await visit(wanted + content.outputs.keys.sorted().map { .output(module, $0) }.filter(isIncluded))
        if !module.isRoot { _ = await visit(content.checks.keys.sorted().map { .check(module, $0) }.filter(isIncluded)) }
    }

    func expandModule(_ name: String, in module: ModuleInstanceAddress) async -> Bool {
        guard let call = configuration[module.module]?.moduleCalls[name] else { return false }
        guard let expansion = await expansion(call.repetition, in: module) else { return false }
        values.moduleExpansions[module, default: [:]][name] = expansion
        return true
    }

    func computeInput(_ name: String, in module: ModuleInstanceAddress) async -> Bool {
        guard let declaration = configuration[module.module]?.variables[name] else { return false }
        guard let value = await inputValue(declaration, in: module) else { return false }
        values.inputs[module, default: [:]][name] = value
        return await validate(declaration, in: module)
    }

    private func inputValue(_ declaration: VariableDeclaration, in module: ModuleInstanceAddress) async -> Value? {
        let input = declaration.input
        guard let parent = module.parent, let step = module.steps.last else {
            return finish(rootInputs[input.name], declaration, at: nil, module: module)
        }
        guard let call = configuration[parent.module]?.moduleCalls[step.call] else { return nil }
        let (content, _) = call.body.partialContent(BodySchema(attributes: [BodySchema.Attribute(input.name)]))
        guard let attribute = content.attributes[input.name] else { return finish(nil, declaration, at: nil, module: module) }
        guard await prepare(attribute.expression.traversals(), in: parent) else { return nil }
        let repetition = values.moduleExpansions[parent]?[step.call]?.repetition(of: step.key) ?? .none
        let scope = ModuleScope(values: values, module: parent, repetition: repetition).scope
        let (value, found) = scope.evaluate(attribute.expression)
        report(found)
        return found.hasErrors ? nil : finish(value, declaration, at: attribute.expression.range, module: module)
    }

    /// Default, type and marks.
    private func finish(_ given: Value?, _ declaration: VariableDeclaration, at range: SourceRange?, module: ModuleInstanceAddress)
        -> Value?
    {
        if case .read = phase, given == nil, declaration.input.fallback == nil {
            return declaration.input.marked(.unknown(declaration.input.type.withoutOptional))
        }
        let (value, found) = declaration.finalValue(given, in: module, at: range)
        report(found)
        return found.hasErrors ? nil : value
    }

    func computeLocal(_ name: String, in module: ModuleInstanceAddress) async -> Bool {
        guard let declaration = configuration[module.module]?.locals[name] else { return false }
        guard let value = await evaluate(declaration.expression, in: ModuleScope(values: values, module: module)) else { return false }
        values.locals[module, default: [:]][name] = value
        return true
    }

    /// Computes an expression after what it refers to; nil, and told, if that is not possible.
    func evaluate(_ expression: Expression, in scope: ModuleScope, as type: ValueType = .dynamic) async -> Value? {
        guard await prepare(expression.traversals(), in: scope.module) else { return nil }
        let (value, found) = scope.scope.evaluate(expression, as: type)
        report(found)
        return found.hasErrors ? nil : value
    }

    /// Whether the plan has the final value already: then nothing is waited for, and no failure of that matters.
    private func isPlanned(_ output: String, in module: ModuleInstanceAddress) -> Bool {
        guard case .apply(let applying) = phase, module.isRoot else { return false }
        return applying.plan.outputs[output]?.after.isWhollyKnown ?? false
    }

    func computeOutput(_ name: String, in module: ModuleInstanceAddress) async -> Bool {
        guard let declaration = configuration[module.module]?.outputs[name], let expression = declaration.value else { return false }
        let scope = ModuleScope(values: values, module: module)
        if !isPlanned(name, in: module) {
            guard await prepareDependencies(declaration.dependsOn, in: module) else { return false }
        }
        let isGood = await judge(
            declaration.preconditions, as: .outputPrecondition, in: scope, of: .output(name, in: module))
        guard isGood, let value = await evaluate(expression, in: scope) else { return false }
        if module.isRoot, value.containsMarks(.sensitive), !declaration.isSensitive {
            report([.sensitiveOutput(expression.range, declaration.range)])
            return false
        }
        values.outputs[module, default: [:]][name] = value
        return true
    }
}

extension Diagnostic {
    /// A root module's output shows what is secret.
    fileprivate static func sensitiveOutput(_ expression: SourceRange, _ block: SourceRange) -> Diagnostic {
        let detail = """
            To reduce the risk of accidentally exporting sensitive data that was intended to be only internal, Terraform requires that any \
            root module output containing sensitive data be explicitly marked as sensitive, to confirm your intent.

            If you do intend to export this data, annotate the output value as sensitive by adding the following argument:
                sensitive = true
            """
        return .error("Output refers to sensitive values", detail, subject: block)
    }
}
