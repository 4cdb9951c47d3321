import HCL
import TemplateConfiguration

/// `import` blocks of the root module, before anything is planned.
extension Walk {
    /// What the blocks ask for; nil, and told, if that cannot be known.
    func prepareImports() async -> [ResourceInstanceAddress: ImportRequest]? {
        var requests: [ResourceInstanceAddress: ImportRequest] = [:]
        for block in configuration.root.imports {
            guard let scopes = await scopes(of: block) else { return nil }
            for scope in scopes {
                guard let request = await request(block, scope) else { return nil }
                requests[request.0] = request.1
            }
        }
        return requests
    }

    /// Imports to instances that the configuration does not have.
    func importFindings(_ planning: Planning) -> Diagnostics {
        let missing = planning.imports.keys.filter { address in
            guard let expansion = values.resourceExpansions[address.absoluteResource] else { return isExpanded(address.module) == false }
            return !expansion.contains(address.key)
        }
        return missing.sorted().map { address in
            let detail = """
                The configuration for the given import \(address) does not exist. All target instances must have an associated \
                configuration to be imported.
                """
            return .error("Configuration for import target does not exist", detail)
        }
    }

    /// One for each element of `for_each`.
    private func scopes(of block: ImportDeclaration) async -> [ModuleScope]? {
        let scope = ModuleScope(values: values, module: .root)
        guard let expression = block.forEach else { return [scope] }
        guard let value = await evaluate(expression, in: scope) else { return nil }
        let plain = value.unmarkedDeep().0
        guard let pairs = plain.iterationPairs else {
            let detail =
                plain.isWhollyKnown
                ? #"The "for_each" expression must be a collection."#
                : """
                The "for_each" expression includes values derived from other resource attributes that cannot be determined until apply, \
                and so Terraform cannot determine the full set of values that might be used to import this resource.
                """
            report([.error("Invalid for_each argument", detail, subject: expression.range)])
            return nil
        }
        return pairs.map {
            ModuleScope(values: values, module: .root, repetition: RepetitionData(eachKey: $0.key, eachValue: $0.value))
        }
    }

    private func request(_ block: ImportDeclaration, _ scope: ModuleScope) async -> (ResourceInstanceAddress, ImportRequest)? {
        func refuse(_ summary: String, _ detail: String, _ range: SourceRange) {
            report([.error(summary, detail, subject: range)])
        }
        guard let target = target(block.to, scope) else {
            refuse("Invalid import address expression", "The expression in \"to\" does not name a resource instance.", block.to.range)
            return nil
        }
        guard let resource = configuration.resource(target.configured) else {
            let detail = """
                The configuration for the given import target \(target) does not exist. If you wish to automatically generate config for \
                this resource, use the -generate-config-out option within terraform plan. Otherwise, make sure the target resource exists \
                within your configuration. For example:

                  terraform plan -generate-config-out=generated.tf
                """
            refuse("Configuration for import target does not exist", detail, block.to.range)
            return nil
        }
        if let problem = resource.repetition.problem(withImportTo: target.key) {
            refuse("Invalid import 'to' expression", problem, block.to.range)
            return nil
        }
        guard let id = await evaluate(block.id, in: scope, as: .string)?.unmarkedDeep().0 else { return nil }
        guard let text = id.stringValue, !text.isEmpty else {
            let detail =
                !id.isKnown
                ? """
                The import block "id" argument depends on resource attributes that cannot be determined until apply, so Terraform cannot \
                plan to import this resource.
                """
                : id.isNull
                    ? "The import ID cannot be null."
                    : "The import ID value evaluates to an empty string, please provide a non-empty value."
            refuse("Invalid import id argument", detail, block.id.range)
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

    /// The names and keys of a reference, keys computed; nil if it is none, or a key, as told, cannot be.
    func steps(_ expression: Expression, _ scope: ModuleScope) -> [PathStep]? {
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

extension Repetition {
    /// What speaks against importing to an instance with such a key.
    fileprivate func problem(withImportTo key: InstanceKey?) -> String? {
        switch (self, key) {
        case (.none, .integer?), (.forEach, .integer?): "The target resource does not use count."
        case (.none, .string?), (.count, .string?): "The target resource does not use for_each."
        case (.count, nil): "The target resource is using count."
        case (.forEach, nil): "The target resource is using for_each."
        default: nil
        }
    }
}
