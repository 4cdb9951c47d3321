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

    /// The value with null for whatever has one of these marks.
    func nulling(_ unwanted: Marks) -> Value {
        if !marks.isDisjoint(with: unwanted) { return .null(type) }
        switch content {
        case .members(let members):
            return Value(type: type, content: .members(members.mapValues { $0.nulling(unwanted) }), marks: marks)
        case .elements(let elements) where !type.isSet:
            return Value(type: type, content: .elements(elements.map { $0.nulling(unwanted) }), marks: marks)
        default: return self
        }
    }
}
