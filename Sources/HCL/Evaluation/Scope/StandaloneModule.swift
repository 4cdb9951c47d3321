/// A module of variables and locals only, for expressions without a deployment around them.
///
/// Locals are computed when they are asked for, once. Not to be used by several threads.
package final class StandaloneModule: ScopeData {
    package private(set) var variables: [String: InputVariable] = [:]
    package private(set) var locals: [String: Attribute] = [:]
    /// What was wrong with the declarations.
    package private(set) var diagnostics: Diagnostics = []
    /// Whether variables are unknown, as while a configuration is validated for any input.
    package let isValidating: Bool

    private let functions: [String: Function]
    private let environment: FunctionEnvironment
    private var results: [String: LocalResult] = [:]
    private var running: Set<String> = []

    package init(bodies: [Body], functions: [String: Function], environment: FunctionEnvironment, isValidating: Bool = false) {
        self.functions = functions
        self.environment = environment
        self.isValidating = isValidating
        for block in bodies.flatMap(\.blocks) {
            switch block.type {
            case "variable":
                let (variable, found) = InputVariable.decode(block)
                variables[variable.name] = variable
                diagnostics += found
            case "locals":
                for attribute in block.body.attributes { locals[attribute.name] = attribute }
            default: break
            }
        }
    }

    package var scope: Scope { Scope(data: self, functions: functions, environment: environment) }

    /// What came of a local.
    package struct LocalResult {
        package var value: Value
        package var diagnostics: Diagnostics
        /// Whether something is wrong with the local, or with one that it needs; who needs it is not computed then.
        package var isFailed: Bool

        init(_ value: Value, _ diagnostics: Diagnostics, needsFailed: Bool = false) {
            self.value = value
            self.diagnostics = diagnostics
            isFailed = needsFailed || diagnostics.hasErrors
        }
    }

    /// The value of a local, and what is wrong with it; nil if there is none of the name.
    package func local(_ name: String) -> LocalResult? {
        guard let attribute = locals[name] else { return nil }
        if let result = results[name] { return result }
        guard !running.contains(name) else {
            let members = running.sorted().map { "local.\($0) (expand)" }
            return LocalResult(.dynamic, [.error("Cycle: \(members.joined(separator: ", "))")])
        }
        let own = selfReferences(name, attribute.expression)
        if !own.isEmpty { return LocalResult(.dynamic, own) }
        running.insert(name)
        defer { running.remove(name) }
        let result = compute(attribute.expression)
        results[name] = result
        return result
    }

    private func compute(_ expression: Expression) -> LocalResult {
        let needs = expression.traversals().compactMap { traversal -> LocalResult? in
            guard case .local(let name)? = Reference.parse(traversal).0?.subject else { return nil }
            return local(name)
        }
        if needs.contains(where: \.isFailed) {
            // That of a cycle is found from within it, and known to nobody else.
            let cycles = needs.flatMap(\.diagnostics).filter { $0.summary.hasPrefix("Cycle: ") }
            return LocalResult(.dynamic, Array(cycles.prefix(1)), needsFailed: true)
        }
        let (value, diagnostics) = scope.evaluate(expression)
        return LocalResult(value, diagnostics)
    }

    private func selfReferences(_ name: String, _ expression: Expression) -> Diagnostics {
        expression.traversals().compactMap { Reference.parse($0).0 }.filter { $0.subject == .local(name) }.map {
            let detail = "Local value local.\(name) cannot use its own result as part of its expression."
            return .error("Self-referencing local value", detail, subject: $0.range, context: expression.range)
        }
    }

    /// Everything that is wrong with the module.
    package func check() -> Diagnostics {
        var found = diagnostics
        for name in locals.keys.sorted() {
            for diagnostic in local(name)?.diagnostics ?? [] where diagnostic.subject != nil || !found.contains(diagnostic) {
                found.append(diagnostic)
            }
        }
        return found
    }

    package func check(_ reference: Reference) -> Diagnostics {
        switch reference.subject {
        case .resource(let address), .resourceInstance(let address, _):
            let article = address.mode == .ephemeral ? "An" : "A"
            let detail = """
                \(article) \(address.mode.rawValue) resource \(address.type.goQuoted) \(address.name.goQuoted) has not been declared in the \
                root module.
                """
            return [.error("Reference to undeclared resource", detail, subject: reference.range)]
        case .module(let name), .moduleInstance(let name, _), .moduleOutput(let name, _, _):
            let detail = "No module call named \(name.goQuoted) is declared in the root module."
            return [.error("Reference to undeclared module", detail, subject: reference.range)]
        case .ownObject:
            let detail = """
                The "self" object is not available in this context. This object can be used only in resource provisioner, connection, and \
                postcondition blocks.
                """
            return [.error("Invalid \"self\" reference", detail, subject: reference.range)]
        default: return []
        }
    }

    package func value(of subject: Reference.Subject, at range: SourceRange?) -> (value: Value, diagnostics: Diagnostics) {
        switch subject {
        case .input(let name): input(name, range)
        case .local(let name): localValue(name, range)
        default: subject.valueOutsideResources(at: range, path: environment.baseDirectory)
        }
    }

    private func input(_ name: String, _ range: SourceRange?) -> (value: Value, diagnostics: Diagnostics) {
        guard let variable = variables[name] else {
            let hint =
                Names.suggestion(for: name, among: variables.keys.sorted()).map { "Did you mean \($0.goQuoted)?" }
                ?? "This variable can be declared with a variable \(name.goQuoted) {} block."
            let detail = "An input variable with the name \(name.goQuoted) has not been declared. \(hint)"
            return (.dynamic, [.error("Reference to undeclared input variable", detail, subject: range)])
        }
        let value = isValidating ? nil : variable.fallback
        return (variable.marked(value ?? .unknown(variable.type.withoutOptional)), [])
    }

    private func localValue(_ name: String, _ range: SourceRange?) -> (value: Value, diagnostics: Diagnostics) {
        guard let result = local(name) else {
            let hint = Names.suggestion(for: name, among: locals.keys.sorted()).map { " Did you mean \($0.goQuoted)?" } ?? ""
            let detail = "A local value with the name \(name.goQuoted) has not been declared.\(hint)"
            return (.dynamic, [.error("Reference to undeclared local value", detail, subject: range)])
        }
        // What is wrong with it is told for itself, not for who uses it.
        return (result.isFailed ? .unknown(result.value.type) : result.value, [])
    }
}
