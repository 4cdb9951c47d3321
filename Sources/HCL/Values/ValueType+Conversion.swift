extension ValueType {
    /// Whether values of this type can be converted to the other, at least some.
    package func conversionExists(to target: ValueType) -> Bool { conversionExists(to: target, allowsUnsafe: true) }

    /// - Parameter allowsUnsafe: whether conversions count that may fail for some values, as from string to number.
    package func conversionExists(to target: ValueType, allowsUnsafe: Bool) -> Bool {
        func exists(_ from: ValueType, _ to: ValueType) -> Bool { from.conversionExists(to: to, allowsUnsafe: allowsUnsafe) }
        if self == target { return true }
        switch (self, target) {
        case (_, .dynamic): return true
        case (.dynamic, _): return allowsUnsafe
        case (.number, .string), (.bool, .string): return true
        case (.string, .number), (.string, .bool): return allowsUnsafe
        case (.object(let attributes, _), .object(let wanted, let optional)):
            return wanted.allSatisfy { name, type in attributes[name].map { exists($0, type) } ?? optional.contains(name) }
        case (.tuple(let elements), .tuple(let wanted)):
            return elements.count == wanted.count && zip(elements, wanted).allSatisfy(exists)
        case (.list(let element), .list(let wanted)), (.set(let element), .list(let wanted)), (.set(let element), .set(let wanted)),
            (.map(let element), .map(let wanted)):
            return exists(element, wanted)
        case (.list(let element), .set(let wanted)): return allowsUnsafe && exists(element, wanted)
        case (.tuple(let elements), .list(let wanted)), (.tuple(let elements), .set(let wanted)):
            guard let wanted = ValueType.commonElement(elements, wanted, allowsUnsafe) else { return false }
            if wanted == .dynamic { return elements.allSatisfy { $0 == .dynamic } }
            return elements.allSatisfy { exists($0, wanted) }
        case (.object(let attributes, _), .map(let wanted)):
            guard let wanted = ValueType.commonElement(attributes.sortedByName.map(\.1), wanted, allowsUnsafe) else { return false }
            return attributes.values.allSatisfy { exists($0, wanted) }
        case (.map(let element), .object(let wanted, let optional)):
            return allowsUnsafe && wanted.allSatisfy { exists(element, $1) || optional.contains($0) }
        default: return false
        }
    }

    /// What elements of these types become in a collection of the wanted element type: what they unify to, if any will do.
    static func commonElement(_ types: [ValueType], _ wanted: ValueType, _ allowsUnsafe: Bool) -> ValueType? {
        if wanted != .dynamic || types.isEmpty { return wanted }
        return unify(types, allowsUnsafe: allowsUnsafe)
    }

    /// This constraint with what it leaves open taken from the type of a value that was converted to it.
    func replacingDynamic(from source: ValueType) -> ValueType {
        switch (source, self) {
        case (.dynamic, _): return self
        case (_, .dynamic): return source
        case (.map(let element), .map(let wanted)): return .map(wanted.replacingDynamic(from: element))
        case (.object(let attributes, _), .map(let wanted)):
            return .map(wanted.replacingDynamic(from: ValueType.unify(attributes.sortedByName.map(\.1)) ?? .dynamic))
        case (.map(let element), .object(let wanted, _)): return .object(wanted.mapValues { $0.replacingDynamic(from: element) })
        case (.object(let attributes, _), .object(let wanted, _)):
            return .object(
                Dictionary(uniqueKeysWithValues: wanted.map { ($0, $1.replacingDynamic(from: attributes[$0] ?? .dynamic)) }))
        case (.set(let element), .set(let wanted)), (.list(let element), .set(let wanted)):
            return .set(wanted.replacingDynamic(from: element))
        case (.set(let element), .list(let wanted)), (.list(let element), .list(let wanted)):
            return .list(wanted.replacingDynamic(from: element))
        case (.tuple(let elements), .set(let wanted)):
            return .set(wanted.replacingDynamic(from: ValueType.unify(elements) ?? .dynamic))
        case (.tuple(let elements), .list(let wanted)):
            return .list(wanted.replacingDynamic(from: ValueType.unify(elements) ?? .dynamic))
        case (.tuple(let elements), .tuple(let wanted)) where elements.count == wanted.count:
            return .tuple(zip(elements, wanted).map { $1.replacingDynamic(from: $0) })
        default: return self
        }
    }
}
