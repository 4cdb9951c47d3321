extension Value {
    /// `value[key]`, as the language has it.
    ///
    /// - Parameter subject: what a diagnostic points at.
    package func indexed(by key: Value, _ subject: SourceRange?) throws(Diagnostic) -> Value {
        if isNull {
            throw .error("Attempt to index null value", "This value is null, so it does not have any indices.", subject: subject)
        }
        if key.isNull { throw .invalidIndex("Can't use a null value as an indexing key.", subject) }
        if type == .dynamic || key.type == .dynamic { return .dynamic.marked(with: marks) }
        switch type {
        case .list, .tuple: return try element(at: key, subject)
        case .map(let elementType):
            guard let name = try key.asKey(.string, subject).stringValue, isKnown else { return .unknown(elementType).marked(with: marks) }
            guard case .members(let members) = content, let member = members[name] else { throw .noSuchElement("", subject) }
            return member.marked(with: marks.union(key.marks))
        case .object(let types, _):
            guard let name = try key.asKey(.string, subject).stringValue, case .members(let members) = content else {
                return .dynamic.marked(with: marks)
            }
            guard types[name] != nil, let member = members[name] else {
                let hint = " An object only supports looking up attributes by name, not by numeric index."
                throw .noSuchElement(key.type == .number ? hint : "", subject)
            }
            return member.marked(with: marks)
        case .set:
            let detail = """
                Elements of a set are identified only by their value and don't have any separate index or key to select with, so it's \
                only possible to perform operations across all elements of the set.
                """
            throw .invalidIndex(detail, subject)
        case .bool, .number, .string, .dynamic: throw .invalidIndex("This value does not have any indices.", subject)
        }
    }

    /// An element of a list or tuple; the key's marks are on it if it was found.
    private func element(at key: Value, _ subject: SourceRange?) throws(Diagnostic) -> Value {
        guard case .number(let number) = try key.asKey(.number, subject).content else {
            return (type.elementType.map { Value.unknown($0) } ?? Value.dynamic).marked(with: marks)
        }
        let position = number.isInteger ? number.int : nil
        switch (content, type) {
        case (.elements(let elements), _):
            if let position, elements.indices.contains(position) { return elements[position].marked(with: marks.union(key.marks)) }
            throw .noSuchElement(whyNot(number, count: marks.isEmpty ? elements.count : nil), subject)
        case (_, .tuple(let types)):
            if let position, types.indices.contains(position) { return .unknown(types[position]).marked(with: marks.union(key.marks)) }
            throw .noSuchElement(whyNot(number, count: marks.isEmpty ? types.count : nil), subject)
        default: return (type.elementType.map { Value.unknown($0) } ?? Value.dynamic).marked(with: marks)
        }
    }

    /// - Parameter count: nil if it is not to be told.
    private func whyNot(_ number: Number, count: Int?) -> String {
        if !number.isInteger { return ": indexing a sequence requires a whole number, but the given index has a fractional part." }
        if number.isNegative { return ": a negative number is not a valid index for a sequence." }
        // Terraform explains only those that are just past the end.
        guard let count, number.int == count else { return "" }
        if count == 0 { return ": the collection has no elements." }
        return ": the given index is greater than or equal to the length of the collection."
    }

    /// This value as a key of the type that a collection wants; without its marks.
    private func asKey(_ type: ValueType, _ subject: SourceRange?) throws(Diagnostic) -> Value {
        do {
            return try bare.converted(to: type)
        } catch {
            throw .noSuchElement(": \(error.message).", subject)
        }
    }
}

extension Diagnostic {
    fileprivate static func invalidIndex(_ detail: String, _ subject: SourceRange?) -> Diagnostic {
        .error("Invalid index", detail, subject: subject)
    }

    /// - Parameter reason: what is said beyond that there is none; without it, the sentence ends.
    fileprivate static func noSuchElement(_ reason: String, _ subject: SourceRange?) -> Diagnostic {
        let end = reason.hasPrefix(":") ? "" : "."
        return invalidIndex("The given key does not identify an element in this collection value\(end)\(reason)", subject)
    }
}
