import HCL
import ProviderKit
import TemplateConfiguration
import TemplateEvaluation

/// Judges everything in a configuration, each thing after those it depends on; what depends on something faulty is skipped.
struct ValidationWalk {
    let context: ValidationContext
    let graph: ConfigurationGraph
    private var locals: [ModuleAddress: [String: Value]] = [:]
    /// What the variables of called modules were given.
    private var arguments: [ModuleAddress: [String: Value]] = [:]

    init(context: ValidationContext, graph: ConfigurationGraph) {
        self.context = context
        self.graph = graph
    }

    mutating func run() -> Diagnostics {
        var failed: Set<ConfigurationNode> = []
        var diagnostics: Diagnostics = []
        for node in graph.order {
            guard failed.isDisjoint(with: graph.dependencies[node] ?? []) else {
                failed.insert(node)
                continue
            }
            let found = validate(node)
            diagnostics += found
            if found.hasErrors { failed.insert(node) }
        }
        return diagnostics
    }

    /// What expressions see in a module.
    func data(in module: ModuleAddress) -> ValidationScope {
        ValidationScope(context: context, module: module, locals: locals[module] ?? [:])
    }

    private mutating func validate(_ node: ConfigurationNode) -> Diagnostics {
        let module = context.configuration[node.scope]
        switch node {
        case .variable(let address, let name): return module?.variables[name].map { validate($0, name, in: address) } ?? []
        case .validation(let address, let name): return module?.variables[name].map { validateRules($0, name, in: address) } ?? []
        case .local(let address, let name): return module?.locals[name].map { validate($0, in: address) } ?? []
        case .output(let address, let name): return module?.outputs[name].map { validate($0, in: address) } ?? []
        case .check(let address, let name): return module?.checks[name].map { validate($0, in: address) } ?? []
        case .module(let address): return address.calls.last.flatMap { module?.moduleCalls[$0] }.map { validate($0, in: node.scope) } ?? []
        case .provider(let address): return validate(address)
        case .resource(let address):
            guard let module, let resource = module.resources[address.resource] else { return [] }
            let validation = ResourceValidation(context: context, data: data(in: address.module), module: module, resource: resource)
            let imports = ImportValidation(resource: resource, address: address, data: data(in: .root))
            return validation.diagnostics + imports.diagnostics(context.configuration.root.imports)
        case .moduleEnd: return []
        }
    }

    private mutating func validate(_ variable: VariableDeclaration, _ name: String, in address: ModuleAddress) -> Diagnostics {
        guard let parent = address.parent, let call = address.calls.last.flatMap({ context.configuration[parent]?.moduleCalls[$0] })
        else { return [] }
        var data = data(in: parent)
        // As in Terraform, whether the call has `count` or `for_each` is for the plan to find.
        data.repetition = .any
        let argument = ModuleArgument(
            variable: variable, address: "\(address).var.\(name)",
            attribute: call.body.partialContent(BodySchema(attributes: [.init(name)])).0.attributes[name])
        let (value, diagnostics) = argument.value(in: data.scope)
        arguments[address, default: [:]][name] = value
        return diagnostics
    }

    private func validateRules(_ variable: VariableDeclaration, _ name: String, in address: ModuleAddress) -> Diagnostics {
        var data = data(in: address)
        data.inputs[name] = arguments[address]?[name]
        var place: SourceRange? = variable.nameRange
        if let parent = address.parent, let call = address.calls.last.flatMap({ context.configuration[parent]?.moduleCalls[$0] }) {
            // A default that is not suitable has no place of its own.
            place = call.body.partialContent(BodySchema(attributes: [.init(name)])).0.attributes[name]?.expression.range
        } else {
            place = variable.range
        }
        return variable.validations.flatMap { $0.validate(in: data.scope, at: place).diagnostics }
    }

    private mutating func validate(_ local: LocalDeclaration, in address: ModuleAddress) -> Diagnostics {
        let own = local.expression.traversals().compactMap { Reference.parse($0).0 }.filter { $0.subject == .local(local.name) }
        if !own.isEmpty {
            return own.map {
                let detail = "Local value local.\(local.name) cannot use its own result as part of its expression."
                return .error("Self-referencing local value", detail, subject: $0.range, context: local.expression.range)
            }
        }
        let (value, diagnostics) = data(in: address).scope.evaluate(local.expression)
        locals[address, default: [:]][local.name] = value
        return diagnostics
    }

    private func validate(_ output: OutputDeclaration, in address: ModuleAddress) -> Diagnostics {
        let scope = data(in: address).scope
        var diagnostics = output.preconditions.flatMap { $0.evaluate(as: .outputPrecondition, in: scope).diagnostics }
        if diagnostics.hasErrors { return diagnostics }
        guard let expression = output.value else { return diagnostics }
        let (value, found) = scope.evaluate(expression)
        diagnostics += found
        diagnostics += DependsOn(traversals: output.dependsOn).diagnostics(in: scope)
        return diagnostics + OutputMarks(output: output, isRoot: address.isRoot).diagnostics(about: value)
    }

    private func validate(_ check: CheckDeclaration, in address: ModuleAddress) -> Diagnostics {
        var data = data(in: address)
        data.check = check.name
        return check.asserts.flatMap { $0.evaluateMessage(in: data.scope).diagnostics }
    }

    private func validate(_ call: ModuleCall, in address: ModuleAddress) -> Diagnostics {
        let scope = data(in: address).scope
        var diagnostics = RepetitionEvaluator(scope: scope, for: .validation).expand(call.repetition).diagnostics
        if context.configuration[address.child(call.name)] == nil {
            var inner = data(in: address)
            inner.repetition = .init(call.repetition)
            diagnostics += SchemalessBody(call.body).diagnostics(in: inner.scope)
        }
        return diagnostics + DependsOn(traversals: call.dependsOn).diagnostics(in: scope)
    }

    private func validate(_ address: ProviderConfigurationAddress) -> Diagnostics {
        guard let module = context.configuration[address.module],
            let declaration = module.providers.values.first(where: {
                module.provider(named: $0.reference.localName) == address.provider && $0.reference.alias == address.alias
            })
        else { return [] }
        guard let provider = context.catalog[address.provider] else {
            return SchemalessBody(declaration.body).diagnostics(in: data(in: address.module).scope)
        }
        // One that says nothing is as good as none, whatever the provider needs.
        if !declaration.body.content(BodySchema()).1.hasErrors { return [] }
        let schema = provider.schema.block
        let (value, diagnostics) = schema.decode(declaration.body, in: data(in: address.module).scope)
        if diagnostics.hasErrors { return diagnostics }
        let findings = schema.findings(in: value) + provider.validate(configuration: value.unmarkedDeep().0)
        return diagnostics + findings.diagnostics(in: declaration.body, address: address.description)
    }
}
