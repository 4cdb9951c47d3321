/// Where references of a module get their values from.
package protocol ScopeData {
    /// What can be said against a reference without any value: that the thing is not declared, for one.
    func check(_ reference: Reference) -> Diagnostics

    /// The value of a thing; of a resource or module, that of all instances together.
    ///
    /// - Parameter range: the reference, for diagnostics.
    func value(of subject: Reference.Subject, at range: SourceRange?) -> (value: Value, diagnostics: Diagnostics)
}

/// What expressions in a module can refer to and call.
package struct Scope {
    package var data: any ScopeData
    package var functions: [String: Function]
    package var environment: FunctionEnvironment

    package init(data: any ScopeData, functions: [String: Function], environment: FunctionEnvironment = FunctionEnvironment()) {
        self.data = data
        self.functions = functions
        self.environment = environment
        self.environment.functions = functions
    }

    /// Computes an expression; if it refers to what does not exist, that is all that is told.
    package func evaluate(_ expression: Expression, as type: ValueType = .dynamic) -> (value: Value, diagnostics: Diagnostics) {
        let (context, referenceDiagnostics) = context(for: expression.traversals())
        if referenceDiagnostics.hasErrors { return (.unknown(type.withoutOptional), referenceDiagnostics) }
        let (value, found) = expression.evaluate(in: context)
        do {
            return (try value.converted(to: type), referenceDiagnostics + found)
        } catch {
            let detail = "Invalid expression value: \(error)."
            let diagnostic = Diagnostic.error("Incorrect value type", detail, subject: expression.range)
            return (.unknown(type.withoutOptional), referenceDiagnostics + found + [diagnostic])
        }
    }

    /// A context in which these references have values.
    package func context(for traversals: [Traversal]) -> (context: EvaluationContext, diagnostics: Diagnostics) {
        var diagnostics: Diagnostics = []
        var references: [Reference] = []
        for traversal in traversals {
            let (reference, found) = Reference.parse(traversal)
            diagnostics += found
            if let reference { references.append(reference) }
        }
        let checks = references.flatMap { data.check($0) }
        diagnostics += checks
        // As in Terraform, nothing has a value then: who evaluates nevertheless finds every name unknown.
        guard !checks.hasErrors else {
            return (EvaluationContext(variables: [:], functions: functions, environment: environment), diagnostics)
        }
        var tree = ScopeTree()
        var seen: Set<Reference.Subject> = []
        for reference in references {
            let (value, found) = data.value(of: reference.subject, at: reference.range)
            // The same error is told for each place, the value is needed once.
            diagnostics += found
            if seen.insert(reference.subject).inserted {
                tree.set(reference.subject, found.hasErrors ? .unknown(value.type) : value)
            }
        }
        return (EvaluationContext(variables: tree.variables, functions: functions, environment: environment), diagnostics)
    }
}

/// The values of references, in the objects that lead to them.
private struct ScopeTree {
    private var objects: [String: [String: Value]] = [:]
    private var resources: [ResourceAddress.Mode: [String: [String: Value]]] = [:]
    private var own: Value?

    mutating func set(_ subject: Reference.Subject, _ value: Value) {
        switch subject {
        case .input(let name): objects["var", default: [:]][name] = value
        case .local(let name): objects["local", default: [:]][name] = value
        case .path(let name): objects["path", default: [:]][name] = value
        case .terraform(let name): objects["terraform", default: [:]][name] = value
        case .count(let name): objects["count", default: [:]][name] = value
        case .each(let name): objects["each", default: [:]][name] = value
        case .ownObject: own = value
        case .resource(let address), .resourceInstance(let address, _):
            resources[address.mode, default: [:]][address.type, default: [:]][address.name] = value
        case .module(let name), .moduleInstance(let name, _), .moduleOutput(let name, _, _):
            objects["module", default: [:]][name] = value
        }
    }

    var variables: [String: Value] {
        var variables = resources[.managed, default: [:]].mapValues { Value.object($0) }
        variables["resource"] = .object(variables)
        variables["data"] = .object(resources[.data, default: [:]].mapValues { .object($0) })
        variables["ephemeral"] = .object(resources[.ephemeral, default: [:]].mapValues { .object($0) })
        for root in ["var", "local", "path", "terraform", "count", "each", "module"] {
            variables[root] = .object(objects[root] ?? [:])
        }
        variables["self"] = own
        return variables
    }
}
