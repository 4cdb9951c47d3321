// Rounding becomes a call to libm when optimised; importing Glibc is what links it.
import Glibc

/// Numbers as JSON Schema compares them: by value, however they are written.
extension JSONValue {
    /// True if the value is of a type as schemas name it; a double without fraction is an integer, an integer is a number.
    func isOfSchemaType(_ type: String) -> Bool {
        switch (type, self) {
        case ("number", .integer), ("number", .unsigned): true
        case ("integer", .number(let value)): value.isFinite && value == value.rounded()
        default: typeName == type
        }
    }

    /// True if both are numbers and this is the lower one. Exact for two integers, else as doubles.
    func isBelow(_ other: JSONValue) -> Bool {
        switch (self, other) {
        case (.integer(let left), .integer(let right)): left < right
        case (.integer, .unsigned): true
        case (.unsigned, .integer): false
        case (.unsigned(let left), .unsigned(let right)): left < right
        default: doubleValue.flatMap { left in other.doubleValue.map { left < $0 } } ?? false
        }
    }

    /// True if both are numbers and this one divided by `divisor` is whole, but for the rounding of doubles.
    func isMultiple(of divisor: JSONValue) -> Bool {
        if case .integer(let left) = self, case .integer(let right) = divisor, right > 0 { return left % right == 0 }
        if case .unsigned(let left) = self, let right = divisor.uintValue, right > 0 { return left % right == 0 }
        guard let left = doubleValue, let right = divisor.doubleValue, right > 0 else { return false }
        let quotient = left / right
        return quotient.isFinite && abs(quotient - quotient.rounded()) <= 1e-9 * max(1, abs(quotient))
    }

    /// Equality by value: `1` is `1.0`.
    func isSameNumberOrValue(as other: JSONValue) -> Bool {
        self == other || withPlainNumbers == other.withPlainNumbers
    }

    /// The same value with whole doubles written as integers, so that `==` compares by value.
    var withPlainNumbers: JSONValue {
        switch self {
        case .number(let value):
            if let integer = Int64(exactly: value) {
                .integer(integer)
            } else if let unsigned = UInt64(exactly: value) {
                .unsigned(unsigned)
            } else {
                self
            }
        case .array(let elements): .array(elements.map(\.withPlainNumbers))
        case .object(let members): .object(members.mapValues(\.withPlainNumbers))
        default: self
        }
    }

    /// The value as text for a message, cut where it would be too long to read.
    var excerpt: String {
        switch self {
        case .array, .object: return typeName
        default:
            if case .string(let text) = self, text.utf8.count > 400 {
                return JSONValue.string(String(text.unicodeScalars.prefix(100)) + "…").serialized()
            }
            return serialized()
        }
    }
}
