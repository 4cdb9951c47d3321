import HCL
import TemplateConfiguration

/// `import` blocks of the root module, before anything is planned.
extension Walk {
    func prepareImports() async -> [ResourceInstanceAddress: ImportRequest]? {
        var requests: [ResourceInstanceAddress: ImportRequest] = [:]
        for block in configuration.root.imports {
            var scopes = [ModuleScope(values: values, module: .root)]
            if let expression = block.forEach {
                guard let value = await evaluate(expression, in: scopes[0]) else { return nil }
                guard let pairs = value.unmarkedDeep().0.iterationPairs else {
                    report([
                        .error(
                            "Invalid for_each argument", "The for_each of an import block must be a known map, object or set.",
                            subject: expression.range)
                    ])
                    return nil
                }
                scopes = pairs.map {
                    ModuleScope(values: values, module: .root, repetition: RepetitionData(eachKey: $0.key, eachValue: $0.value))
                }
            }
            for scope in scopes {
                guard let request = await request(block, scope) else { return nil }
                requests[request.0] = request.1
            }
        }
        return requests
    }

    private func request(_ block: ImportDeclaration, _ scope: ModuleScope) async -> (ResourceInstanceAddress, ImportRequest)? {
        guard let id = await evaluate(block.id, in: scope) else { return nil }
        let refusal: String? =
            id.containsMarks(.sensitive)
            ? "The import ID argument must not be sensitive."
            : !id.isKnown
                ? "The import block \"id\" argument depends on resource attributes that cannot be determined until apply, so Terraform cannot plan to import this resource."
                : id.isNull
                    ? "The import ID cannot be null."
                    : id.stringValue == "" ? "The import ID value evaluates to an empty string, please provide a non-empty value." : nil
        if let refusal {
            report([.error("Invalid import id argument", refusal, subject: block.id.range)])
            return nil
        }
        guard let text = id.stringValue ?? (try? id.converted(to: .string))?.stringValue else {  // not a string: refused below
            report([
                .error("Invalid import id argument", "The import ID value is unsuitable: a string is required.", subject: block.id.range)
            ])
            return nil
        }
        guard let target = target(block.to, scope) else {
            report([
                .error(
                    "Invalid import address expression", "The expression in \"to\" does not name a resource instance.",
                    subject: block.to.range)
            ])
            return nil
        }
        return (target, ImportRequest(id: text, range: block.range))
    }

    private func target(_ expression: Expression, _ scope: ModuleScope) -> ResourceInstanceAddress? {
        guard var steps = steps(expression, scope)?[...] else { return nil }
        var module = ModuleInstanceAddress.root
        while case .attribute("module")? = steps.first, case .attribute(let call)? = steps.dropFirst().first {
            steps = steps.dropFirst(2)
            var key: InstanceKey?
            if case .index(let value)? = steps.first {
                key = InstanceKey(value)
                steps = steps.dropFirst()
            }
            module = module.child(call, key)
        }
        if case .attribute("resource")? = steps.first { steps = steps.dropFirst() }
        guard case .attribute(let type)? = steps.first, case .attribute(let name)? = steps.dropFirst().first else { return nil }
        var key: InstanceKey?
        if case .index(let value)? = steps.dropFirst(2).first { key = InstanceKey(value) }
        return ResourceInstanceAddress(module, ResourceAddress(.managed, type, name), key)
    }

    private func steps(_ expression: Expression, _ scope: ModuleScope) -> [PathStep]? {
        switch expression {
        case .scopeTraversal(let traversal, _): return [.attribute(traversal.root)] + traversal.steps.map(\.pathStep)
        case .relativeTraversal(let inner, let steps, _): return self.steps(inner, scope).map { $0 + steps.map(\.pathStep) }
        case .index(let collection, let key, _, _):
            let (value, found) = scope.scope.evaluate(key)
            report(found)
            return found.hasErrors ? nil : steps(collection, scope).map { $0 + [.index(value)] }
        default: return nil
        }
    }
}

extension TraversalStep {
    fileprivate var pathStep: PathStep {
        switch self {
        case .attribute(let name, _): .attribute(name)
        case .index(let key, _): .index(key)
        }
    }
}

extension InstanceKey {
    init?(_ value: Value) {
        if let text = value.stringValue {
            self = .string(text)
        } else if let number = value.numberValue?.int {
            self = .integer(number)
        } else {
            return nil
        }
    }
}

extension Value {
    /// Key and value of each element that `for_each` goes over; nil if it cannot.
    var iterationPairs: [(key: Value, value: Value)]? {
        if members != nil { return sortedMembers.map { (.string($0), $1) } }
        guard type.isSet, let elements, elements.allSatisfy({ $0.isKnown }) else { return nil }
        return elements.map { ($0, $0) }
    }
}
