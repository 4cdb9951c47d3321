/// What is known of a value that is not known.
package struct Refinement: Sendable, Hashable {
    package var isNotNull = false
    /// Of a string: what it begins with.
    package var prefix: String?
    /// Of a collection: how many elements at least, and at most.
    package var lengthMin: Int?
    package var lengthMax: Int?
    /// Of a number: inclusive or exclusive bounds.
    package var numberMin: NumberBound?
    package var numberMax: NumberBound?

    package struct NumberBound: Sendable, Hashable {
        package var number: Number
        package var isInclusive: Bool

        package init(number: Number, isInclusive: Bool) {
            self.number = number
            self.isInclusive = isInclusive
        }
    }

    package init() {}

    package init(isNotNull: Bool, prefix: String? = nil, lengthMin: Int? = nil, lengthMax: Int? = nil) {
        self.isNotNull = isNotNull
        self.prefix = prefix
        self.lengthMin = lengthMin
        self.lengthMax = lengthMax
    }

    /// Not null, and nothing else is known.
    package static let notNull = Refinement(isNotNull: true)

    /// Of a string that begins with this text and goes on in a way that is not known: not null, with the part of it that stays.
    package static func continuation(of text: String) -> Refinement {
        let prefix = text.safePrefix
        return Refinement(isNotNull: true, prefix: prefix.isEmpty ? nil : prefix)
    }

    /// Whether it rules out the value, which is known.
    package func excludes(_ value: Value) -> Bool {
        switch value.content {
        case .null: return isNotNull
        case .string(let string):
            guard let prefix else { return false }
            return !string.utf8.starts(with: prefix.utf8)
        case .number(let number):
            if let numberMin, numberMin.isInclusive ? number < numberMin.number : number <= numberMin.number { return true }
            if let numberMax, numberMax.isInclusive ? number > numberMax.number : number >= numberMax.number { return true }
            return false
        default:
            guard value.type.isCollection, let range = value.lengthRange else { return false }
            if let lengthMin, let upper = range.upper, upper < lengthMin { return true }
            if let lengthMax, range.lower > lengthMax { return true }
            return false
        }
    }
}

extension String {
    /// Characters that nothing which follows can change.
    private static let delimiters = Set("-_:;/\\,.(){}[]|?!~ \t@#$%^&*+\"'".unicodeScalars)

    /// The part, in normal form, that whatever is appended leaves as it is: without the last character unless it is a delimiter.
    package var safePrefix: String {
        let normal = normalized
        guard let last = normal.last else { return "" }
        let isSafe = last.unicodeScalars.count == 1 && last.unicodeScalars.allSatisfy(String.delimiters.contains)
        return isSafe ? normal : String(normal.dropLast())
    }
}
