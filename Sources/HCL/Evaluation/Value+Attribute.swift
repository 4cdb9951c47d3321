extension Value {
    /// `value.name`, as the language has it.
    ///
    /// - Parameter subject: what a diagnostic points at.
    package func attribute(_ name: String, _ subject: SourceRange?) throws(Diagnostic) -> Value {
        if isNull {
            throw .error(
                "Attempt to get attribute from null value", "This value is null, so it does not have any attributes.", subject: subject)
        }
        switch (type, content) {
        case (.dynamic, _): return .dynamic.marked(with: marks)
        case (.object(let types, _), _):
            guard let attributeType = types[name] else {
                throw unsupportedAttribute("This object does not have an attribute named \(name.goQuoted).", subject)
            }
            guard case .members(let members) = content, let member = members[name] else {
                return .unknown(attributeType).marked(with: marks)
            }
            return member.marked(with: marks)
        case (.map, .members(let members)):
            guard let member = members[name] else {
                let detail = "This map does not have an element with the key \(name.goQuoted)."
                throw .error("Missing map element", detail, subject: subject)
            }
            return member.marked(with: marks)
        case (.map(let elementType), _): return .unknown(elementType).marked(with: marks)
        case (.list(.object(let types, _)), _):
            let wish =
                types[name] == nil
                ? "an attribute for a specific element of the list" : "attribute \(name.goQuoted) for a specific element of the list"
            let detail = "Can't access attributes on a list of objects. Did you mean to access \(wish), or across all elements of the list?"
            throw unsupportedAttribute(detail, subject)
        case (.set(.object), _):
            let detail =
                "Can't access attributes on a set of objects. Did you mean to access an attribute across all elements of the set?"
            throw unsupportedAttribute(detail, subject)
        case (.bool, _), (.number, _), (.string, _):
            throw unsupportedAttribute("Can't access attributes on a primitive-typed value (\(type.friendlyName)).", subject)
        default: throw unsupportedAttribute("This value does not have any attributes.", subject)
        }
    }

    private func unsupportedAttribute(_ detail: String, _ subject: SourceRange?) -> Diagnostic {
        .error("Unsupported attribute", detail, subject: subject)
    }
}
