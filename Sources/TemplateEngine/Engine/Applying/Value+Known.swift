import HCL

extension Value {
    /// The value with null for whatever is not known, so that it can be stored.
    var knownOrNull: Value {
        switch content {
        case .unknown: .null(type)
        case .members(let members):
            Value(type: type, content: .members(members.mapValues(\.knownOrNull)), marks: marks)
        case .elements(let elements) where !type.isSet:
            Value(type: type, content: .elements(elements.map(\.knownOrNull)), marks: marks)
        case .elements(let elements):
            Value.set(elements.filter(\.isWhollyKnown), of: type.elementType ?? .dynamic).marked(with: marks)
        default: self
        }
    }

    /// JSON text of the top-level attributes that are known; what is secret among them is there, too, as whoever looks for an
    /// interrupted object may need it.
    var knownJSON: String? {
        guard let members else { return nil }
        let known = members.filter { $0.value.isWhollyKnown }
        // An infinite number cannot be written: then nothing is.
        return try? Value.object(known).jsonEncoded()
    }
}
