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
