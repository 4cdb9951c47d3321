/// The defaults of optional attributes that a type constraint gives, wherever they are in the type.
package struct TypeDefaults: Sendable {
    /// The constraint these belong to.
    package var type: ValueType
    /// Of attributes of this very object.
    package var values: [String: Value]
    /// Of what is inside: by attribute, or position in a tuple; under the empty name for all elements of a collection.
    package var children: [String: TypeDefaults]

    package init(type: ValueType, values: [String: Value] = [:], children: [String: TypeDefaults] = [:]) {
        self.type = type
        self.values = values
        self.children = children
    }

    /// Whether there is no default anywhere.
    package var isEmpty: Bool { values.isEmpty && children.isEmpty }

    /// Puts defaults where attributes are missing or null; the result still has to be converted to the constraint.
    package func apply(to value: Value) -> Value {
        if isEmpty || value.isNull || !value.isKnown { return value }
        if let elements = value.elements { return apply(toElements: elements, of: value).marked(with: value.marks) }
        if let members = value.members { return apply(toMembers: members, of: value).marked(with: value.marks) }
        return value
    }

    private func apply(toElements elements: [Value], of value: Value) -> Value {
        let results = elements.enumerated().map { position, element in
            child(type.isTuple ? String(position) : "")?.apply(to: element) ?? element
        }
        switch value.type {
        case .list(let type):
            if results.isEmpty { return .list([], of: type) }
            if let (unified, type) = TypeDefaults.unified(results) { return .list(unified, of: type) }
        case .set(let type):
            if results.isEmpty { return .set([], of: type) }
            if let (unified, type) = TypeDefaults.unified(results) { return .set(unified, of: type) }
        default: break
        }
        return .tuple(results)
    }

    private func apply(toMembers members: [String: Value], of value: Value) -> Value {
        var results = members
        for (name, member) in members {
            if let child = child(type.isObject ? name : "") { results[name] = child.apply(to: member) }
        }
        for (name, fallback) in values {
            if results[name]?.isNull ?? true { results[name] = children[name]?.apply(to: fallback) ?? fallback }
            if fallback.isDefinitelyNotNull { results[name] = results[name]?.refined { $0.isNotNull = true } }
        }
        if case .map(let type) = value.type {
            if results.isEmpty { return .map([:], of: type) }
            let ordered = results.sortedByName
            if let (unified, type) = TypeDefaults.unified(ordered.map(\.1)) {
                return .map(Dictionary(zip(ordered.map(\.0), unified)) { $1 }, of: type)
            }
        }
        return .object(results)
    }

    private func child(_ name: String) -> TypeDefaults? { children[name] }

    /// The values with one type; nil if they have none in common.
    private static func unified(_ values: [Value]) -> ([Value], ValueType)? {
        guard let type = ValueType.unify(values.map(\.type)) else { return nil }
        do {
            return (try values.map { value throws(ConversionError) in try value.adapted(to: type) }, type)
        } catch {
            // The conversion to the constraint, which follows, tells what is wrong.
            return nil
        }
    }
}
