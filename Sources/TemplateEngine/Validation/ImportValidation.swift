import HCL
import TemplateConfiguration

/// Judges `import` blocks for a resource.
struct ImportValidation {
    let resource: ResourceDeclaration
    let address: ConfiguredResourceAddress
    /// What expressions see in the root module.
    let data: ValidationScope

    /// Up to the first block with a mistake, as in Terraform.
    func diagnostics(_ imports: [ImportDeclaration]) -> Diagnostics {
        for declaration in imports {
            guard let target = ImportTarget(declaration.to), target.configured == address else { continue }
            let found = diagnostics(declaration, target)
            if found.hasErrors { return found }
        }
        return []
    }

    private func diagnostics(_ declaration: ImportDeclaration, _ target: ImportTarget) -> Diagnostics {
        let own = declaration.id.traversals().compactMap { Reference.parse($0).0 }.filter { $0.subject.resource == resource.address }
        if address.module.isRoot, let reference = own.first {
            let detail = "The import ID cannot reference the resource being imported."
            return [.error("Invalid import id argument", detail, subject: reference.range)]
        }
        guard let forEach = declaration.forEach else { return check(declaration, target, data.scope.evaluate) }
        let (collection, found) = data.scope.evaluate(forEach)
        if found.hasErrors { return found }
        for item in Self.items(collection.unmarkedDeep().0) ?? [] {
            var inner = data
            inner.repetition = .item(key: item.key, value: item.value)
            let mistakes = check(declaration, target, inner.scope.evaluate)
            if mistakes.hasErrors { return mistakes }
        }
        if !collection.isKnown || collection.isNull || collection.type.isCollection || collection.type.isStructural { return found }
        let detail = #"The "for_each" expression must be a collection."#
        return found + [.error("Invalid for_each argument", detail, subject: forEach.range)]
    }

    private static func items(_ collection: Value) -> [(key: Value, value: Value)]? {
        switch collection.content {
        case .elements(let elements): elements.enumerated().map { (collection.type.isSet ? $1 : .integer($0), $1) }
        case .members: collection.sortedMembers.map { (.string($0), $1) }
        default: nil
        }
    }

    private func check(
        _ declaration: ImportDeclaration, _ target: ImportTarget,
        _ evaluate: (Expression, ValueType) -> (value: Value, diagnostics: Diagnostics)
    ) -> Diagnostics {
        if let key = target.key {
            let (value, found) = evaluate(key, .dynamic)
            if found.hasErrors { return found }
            if let problem = problem(withKey: value) {
                return [.error("Invalid import 'to' expression", problem, subject: declaration.to.range)]
            }
        }
        let (id, found) = evaluate(declaration.id, .string)
        if found.hasErrors { return found }
        func refuse(_ detail: String) -> Diagnostics { [.error("Invalid import id argument", detail, subject: declaration.id.range)] }
        if id.isNull { return refuse("The import ID cannot be null.") }
        if id.unmarked().0.stringValue == "" {
            return refuse("The import ID value evaluates to an empty string, please provide a non-empty value.")
        }
        return found
    }

    private func problem(withKey key: Value) -> String? {
        switch (key.type, resource.repetition) {
        case (.number, .none), (.number, .forEach): "The target resource does not use count."
        case (.string, .none), (.string, .count): "The target resource does not use for_each."
        default: nil
        }
    }
}

extension Reference.Subject {
    /// The resource it means, if it means one.
    fileprivate var resource: ResourceAddress? {
        switch self {
        case .resource(let address), .resourceInstance(let address, _): address
        default: nil
        }
    }
}
