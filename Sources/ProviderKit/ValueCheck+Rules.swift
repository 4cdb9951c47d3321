import HCL

/// Rules that many attributes have.
extension ValueCheck {
    /// One of these strings.
    package static func oneOf(_ allowed: [String]) -> ValueCheck {
        ValueCheck { value in
            guard let string = value.stringValue, !allowed.contains(string) else { return nil }
            let list = allowed.map(\.goQuoted).joined(separator: ", ")
            return "The value must be one of \(list), not \(string.goQuoted)."
        }
    }

    /// A string that the pattern, which a sentence explains, matches somewhere; anchor it with `^` and `$`.
    package static func matches(_ pattern: @escaping @Sendable () -> Regex<Substring>, _ explanation: String) -> ValueCheck {
        ValueCheck { value in
            guard let string = value.stringValue, string.firstMatch(of: pattern()) == nil else { return nil }
            return "\(explanation) The value is \(string.goQuoted)."
        }
    }

    /// A string of so many characters, or a collection of so many elements.
    package static func length(_ range: ClosedRange<Int>) -> ValueCheck {
        ValueCheck { value in
            let string = value.stringValue?.unicodeScalars.count
            guard let count = string ?? value.length, !range.contains(count) else { return nil }
            return "There must be \(range.lowerBound) to \(range.upperBound) \(string == nil ? "elements" : "characters"), not \(count)."
        }
    }

    /// A number in a range, bounds included.
    package static func range(_ range: ClosedRange<Int>) -> ValueCheck {
        ValueCheck { value in
            guard let number = value.numberValue else { return nil }
            if number >= Number(range.lowerBound), number <= Number(range.upperBound) { return nil }
            return "The value must be between \(range.lowerBound) and \(range.upperBound), not \(number.text)."
        }
    }

    /// A number without a fraction.
    package static let wholeNumber = ValueCheck { value in
        guard let number = value.numberValue, number.int == nil else { return nil }
        return "The value must be a whole number, not \(number.text)."
    }
}
