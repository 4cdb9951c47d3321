extension Reference {
    /// Reads a traversal as a reference.
    ///
    /// Besides an error there may still be a reference, to an attribute with an empty name.
    package static func parse(_ traversal: Traversal) -> (Reference?, Diagnostics) {
        switch traversal.root {
        case "count": return attribute(of: traversal) { .count($0) }
        case "each": return attribute(of: traversal) { .each($0) }
        case "local": return attribute(of: traversal) { .local($0) }
        case "path": return attribute(of: traversal) { .path($0) }
        case "terraform": return attribute(of: traversal) { .terraform($0) }
        case "var": return attribute(of: traversal) { .input($0) }
        case "self": return (Reference(.ownObject, traversal.rootRange, remaining: traversal.steps), [])
        case "data": return prefixed(.data, "data source type", traversal)
        case "resource": return prefixed(.managed, "resource type", traversal)
        case "ephemeral": return prefixed(.ephemeral, "ephemeral resource type", traversal)
        case "module": return module(traversal)
        case "template", "lazy", "arg":
            let detail = """
                The symbol name \(traversal.root.goQuoted) is reserved for use in a future Terraform version. If you are using a provider \
                that already uses this as a resource type name, add the prefix "resource." to force interpretation as a resource type name.
                """
            return (nil, [.error("Reserved symbol name", detail, subject: traversal.rootRange)])
        default: return resource(.managed, type: traversal.root, start: traversal.rootRange, traversal.steps)
        }
    }

    private static func attribute(of traversal: Traversal, _ subject: (String) -> Subject) -> (Reference?, Diagnostics) {
        switch traversal.steps.first {
        case .attribute(let name, let range):
            return (
                Reference(subject(name), .between(traversal.rootRange, range), remaining: Array(traversal.steps.dropFirst())), []
            )
        case .index(_, let range):
            return (
                Reference(subject(""), nil),
                [.invalidReference("The \(traversal.root.goQuoted) object does not support this operation.", range)]
            )
        case nil:
            let detail = "The \(traversal.root.goQuoted) object cannot be accessed directly. Instead, access one of its attributes."
            return (Reference(subject(""), nil), [.invalidReference(detail, traversal.rootRange)])
        }
    }

    private static func prefixed(_ mode: ResourceAddress.Mode, _ noun: String, _ traversal: Traversal) -> (Reference?, Diagnostics) {
        let object = traversal.root.goQuoted
        guard traversal.steps.count >= 2 else {
            let detail = "The \(object) object must be followed by two attribute names: the \(noun) and the resource name."
            return (nil, [.invalidReference(detail, traversal.range)])
        }
        guard case .attribute(let type, _) = traversal.steps[0] else {
            return (nil, [.invalidReference("The \(object) object does not support this operation.", traversal.steps[0].range)])
        }
        return resource(mode, type: type, start: traversal.rootRange, Array(traversal.steps.dropFirst()))
    }

    /// - Parameter steps: those after the type.
    private static func resource(
        _ mode: ResourceAddress.Mode, type: String, start: SourceRange, _ steps: [TraversalStep]
    ) -> (Reference?, Diagnostics) {
        guard case .attribute(let name, let nameRange)? = steps.first else {
            let noun =
                switch mode {
                case .managed: "a resource type"
                case .data: "a data source"
                case .ephemeral: "an ephemeral resource type"
                }
            // What follows a bare type is told in the words for managed resources only, since others need two names before.
            let detail = "A reference to \(noun) must be followed by at least one attribute access, specifying the resource name."
            return (nil, [.invalidReference(detail, steps.first?.range ?? start)])
        }
        let address = ResourceAddress(mode, type, name)
        let range = SourceRange.between(start, nameRange)
        var remaining = Array(steps.dropFirst())
        guard let next = remaining.first else { return (Reference(.resource(address), range), []) }
        guard case .index(let key, let keyRange) = next else {
            return (Reference(.resourceInstance(address, nil), range, remaining: remaining), [])
        }
        remaining.removeFirst()
        switch InstanceKey.parse(key) {
        case .success(let key): return (Reference(.resourceInstance(address, key), .between(range, keyRange), remaining: remaining), [])
        case .failure(let problem):
            return (nil, [.error("Invalid index key", "Invalid index for resource instance: \(problem.message).", subject: keyRange)])
        }
    }

    private static func module(_ traversal: Traversal) -> (Reference?, Diagnostics) {
        var found: Reference?
        var diagnostics: Diagnostics
        (found, diagnostics) = attribute(of: traversal) { .module($0) }
        guard let call = found, case .module(let name) = call.subject, let callRange = call.range, diagnostics.isEmpty else {
            return (nil, diagnostics)
        }
        var remaining = call.remaining
        var range = callRange
        var key: InstanceKey?
        if case .index(let value, let keyRange)? = remaining.first {
            switch InstanceKey.parse(value) {
            case .success(let parsed): key = parsed
            case .failure(let problem):
                let detail = "Invalid index for module instance: \(problem.message)."
                return (nil, [.error("Invalid index key", detail, subject: keyRange)])
            }
            remaining.removeFirst()
            range = .between(callRange, keyRange)
        }
        switch remaining.first {
        case nil: return (Reference(key.map { .moduleInstance(name, $0) } ?? .module(name), range), [])
        case .attribute(let output, let outputRange):
            remaining.removeFirst()
            let subject = Subject.moduleOutput(name, key, output: output)
            return (Reference(subject, .between(callRange, outputRange), remaining: remaining), [])
        case .index(_, let stepRange):
            return (nil, [.invalidReference("Module instance objects do not support this operation.", stepRange)])
        }
    }
}

extension InstanceKey {
    /// Why a value is no key.
    struct Problem: Error {
        var message: String
    }

    static func parse(_ key: Value) -> Result<InstanceKey, Problem> {
        switch key.content {
        case .string(let name): .success(.string(name))
        case .number(let number):
            if let integer = number.int, number.isInteger {
                .success(.integer(integer))
            } else {
                .failure(Problem(message: "value must be a whole number, between \(Int.min) and \(Int.max) inclusive"))
            }
        default: .failure(Problem(message: "either a string or an integer is required"))
        }
    }
}

extension Diagnostic {
    fileprivate static func invalidReference(_ detail: String, _ subject: SourceRange?) -> Diagnostic {
        .error("Invalid reference", detail, subject: subject)
    }
}
