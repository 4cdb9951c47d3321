extension ValueType {
    /// What distinguishes the types of a conditional's results, in one sentence without its period.
    ///
    /// Only for types that do not unify; of several differences, the first by name or position counts.
    static func conditionalMismatch(_ then: ValueType, _ otherwise: ValueType) -> String {
        specificMismatch(then, otherwise) ?? generalMismatch(then, otherwise)
    }

    private static func specificMismatch(_ then: ValueType, _ otherwise: ValueType) -> String? {
        switch (then, otherwise) {
        case (.object(let a, _), .object(let b, _)): attributeMismatch(a, b)
        case (.tuple(let a), .tuple(let b)): elementMismatch(a, b)
        case (.list(let a), .list(let b)): collectionMismatch("list", a, b)
        case (.set(let a), .set(let b)): collectionMismatch("set", a, b)
        case (.map(let a), .map(let b)): collectionMismatch("map", a, b)
        default: nil
        }
    }

    private static func attributeMismatch(_ then: [String: ValueType], _ otherwise: [String: ValueType]) -> String? {
        for (name, type) in then.sorted(by: { $0.key < $1.key }) {
            guard let other = otherwise[name] else {
                return "The 'true' value includes object attribute \(name.goQuoted), which is absent in the 'false' value"
            }
            if type != other { return "Type mismatch for object attribute \(name.goQuoted): \(conditionalMismatch(type, other))" }
        }
        return otherwise.keys.sorted().first { then[$0] == nil }.map {
            "The 'false' value includes object attribute \($0.goQuoted), which is absent in the 'true' value"
        }
    }

    private static func elementMismatch(_ then: [ValueType], _ otherwise: [ValueType]) -> String? {
        if then.count != otherwise.count {
            return "The 'true' tuple has length \(then.count), but the 'false' tuple has length \(otherwise.count)"
        }
        return zip(then, otherwise).enumerated().first { $0.element.0 != $0.element.1 }.map { position, types in
            "Type mismatch for tuple element \(position): \(conditionalMismatch(types.0, types.1))"
        }
    }

    /// Only structures as elements have more to tell than the name of the type.
    private static func collectionMismatch(_ noun: String, _ then: ValueType, _ otherwise: ValueType) -> String? {
        switch (then, otherwise) {
        case (.object, .object), (.tuple, .tuple): "Mismatched \(noun) element types: \(conditionalMismatch(then, otherwise))"
        default: nil
        }
    }

    private static func generalMismatch(_ then: ValueType, _ otherwise: ValueType) -> String {
        if then.friendlyName == otherwise.friendlyName {
            return "At least one deeply-nested attribute or element is not compatible across both the 'true' and the 'false' value"
        }
        return "The 'true' value is \(then.friendlyName), but the 'false' value is \(otherwise.friendlyName)"
    }
}
