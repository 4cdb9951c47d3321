extension ValueType {
    /// Why no value of this type can be converted to the wanted one.
    package func mismatch(with wanted: ValueType) -> String {
        switch (self, wanted) {
        case (.object(let attributes, _), .object(let wanted, let optional)):
            return ValueType.mismatch(attributes, wanted, optional)
        case (.tuple, .list(.dynamic)): return "all list elements must have the same type"
        case (.tuple, .set(.dynamic)): return "all set elements must have the same type"
        case (.object, .map(.dynamic)): return "all map elements must have the same type"
        case (.tuple(let elements), .list(let wanted)), (.tuple(let elements), .set(let wanted)):
            for (index, element) in elements.enumerated() where !element.conversionExists(to: wanted) {
                return "element \(index): " + element.mismatch(with: wanted)
            }
            return "all elements must be \(wanted.constraintName)"
        case (.object(let attributes, _), .map(let wanted)):
            for (name, element) in attributes.sortedByName where !element.conversionExists(to: wanted) {
                return "element \(name.goQuoted): " + element.mismatch(with: wanted)
            }
            return "all elements must be \(wanted.constraintName)"
        case (.list(let element), .list(let wanted)), (.set(let element), .list(let wanted)):
            return "incorrect list element type: " + element.mismatch(with: wanted)
        case (.list(let element), .set(let wanted)), (.set(let element), .set(let wanted)):
            return "incorrect set element type: " + element.mismatch(with: wanted)
        case (.map(let element), .map(let wanted)):
            return "incorrect map element type: " + element.mismatch(with: wanted)
        default: return wanted.constraintName + " required"
        }
    }

    /// What is missing counts for more than what does not fit.
    private static func mismatch(_ attributes: [String: ValueType], _ wanted: [String: ValueType], _ optional: Set<String>) -> String {
        let missing = wanted.sortedByName.map(\.0).filter { attributes[$0] == nil && !optional.contains($0) }.map(\.goQuoted)
        switch missing.count {
        case 0: break
        case 1: return "attribute \(missing[0]) is required"
        case 2: return "attributes \(missing[0]) and \(missing[1]) are required"
        default: return "attributes \(missing.dropLast().joined(separator: ", ")), and \(missing[missing.count - 1]) are required"
        }
        for allowsUnsafe in [true, false] {
            for (name, type) in wanted.sortedByName {
                if let attribute = attributes[name], !attribute.conversionExists(to: type, allowsUnsafe: allowsUnsafe) {
                    return "attribute \(name.goQuoted): " + attribute.mismatch(with: type)
                }
            }
        }
        return "incorrect object attributes"
    }
}
