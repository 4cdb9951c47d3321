import HCL

/// What plans and states say beside a value, as a value of the same shape.
extension Value {
    /// What is known of it: unknown members are left out, unknown elements are null; nil if all of it is unknown.
    var knownPart: Value? {
        switch content {
        case .unknown: return nil
        case .elements(let elements): return .tuple(elements.map { $0.knownPart ?? .null($0.type) })
        case .members(let members): return .object(members.compactMapValues(\.knownPart))
        default: return self
        }
    }

    /// True where something is unknown; members for which there is nothing to say are left out.
    var unknownFlags: Value {
        switch content {
        case .unknown: .true
        case .elements(let elements): .tuple(elements.map(\.unknownFlags))
        case .members(let members): .object(members.mapValues(\.unknownFlags).filter { $0.value.boolValue != false })
        default: .false
        }
    }

    /// True where something is sensitive; members for which there is nothing to say are left out.
    var sensitiveFlags: Value {
        if marks.contains(.sensitive) { return .true }
        switch content {
        case .elements(let elements): return .tuple(elements.map(\.sensitiveFlags))
        case .members(let members): return .object(members.mapValues(\.sensitiveFlags).filter { $0.value.boolValue != false })
        case .unknown where type.isMap || type.isObject: return .emptyObject
        case .unknown where type.isCollection || type.isTuple: return .emptyTuple
        default: return .false
        }
    }
}
