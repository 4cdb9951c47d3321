package import HCL

extension ObjectState {
    /// The object as a value of the type that its schema implies, with the marks that were stored.
    ///
    /// What is missing is null, as an older version of the schema may not have had it.
    /// - Throws: if an attribute is there that the type does not have, or a value is not of its type.
    package func value(as type: ValueType) throws(StoredValueError) -> Value {
        let value: Value
        do {
            value = try Value.jsonDecoded(attributes, as: type.withAllOptional)
        } catch {
            throw StoredValueError(error.message, at: error.path)
        }
        return sensitivePaths.reduce(value) { $0.marked(with: .sensitive, at: $1[...]) }
    }

    /// An object to store: a value, which conforms to the type its schema implies.
    ///
    /// Marks for sensitive parts become ``sensitivePaths``.
    /// - Throws: if something in it is unknown, infinite or ephemeral, none of which can be stored.
    package init(_ value: Value, as type: ValueType, schemaVersion: Int = 0) throws(StoredValueError) {
        guard value.type.conforms(to: type), !value.isNull else {
            throw StoredValueError("a value of type \(value.type.friendlyName) is not an object of this schema")
        }
        guard !value.containsMarks(.ephemeral) else { throw StoredValueError("an ephemeral value cannot be stored") }
        let text: String
        do {
            text = try value.unmarkedDeep().0.jsonEncoded(as: type)
        } catch {
            throw StoredValueError(error.message, at: error.path)
        }
        self.init(schemaVersion: schemaVersion, attributes: text)
        sensitivePaths = value.paths(markedWith: .sensitive)
    }
}

extension ValueType {
    /// The same type with every attribute of every object in it optional.
    fileprivate var withAllOptional: ValueType {
        switch self {
        case .bool, .number, .string, .dynamic: self
        case .list(let element): .list(element.withAllOptional)
        case .set(let element): .set(element.withAllOptional)
        case .map(let element): .map(element.withAllOptional)
        case .tuple(let elements): .tuple(elements.map(\.withAllOptional))
        case .object(let attributes, _): .object(attributes.mapValues(\.withAllOptional), optional: Set(attributes.keys))
        }
    }
}
