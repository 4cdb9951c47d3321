/// A value of the language: with a type, perhaps null, perhaps not known yet, perhaps marked.
package struct Value: Sendable {
    package var type: ValueType
    package var content: Content
    /// Marks of this very value; what it contains has its own.
    package var marks: Marks

    package indirect enum Content: Sendable {
        case null
        case unknown(Refinement)
        case bool(Bool)
        case number(Number)
        /// In NFC.
        case string(String)
        /// Of a list or tuple in order; of a set in its canonical order, without duplicates.
        case elements([Value])
        /// Of a map or object.
        case members([String: Value])
    }

    package init(type: ValueType, content: Content, marks: Marks = []) {
        self.type = type
        self.content = content
        self.marks = marks
    }
}

/// What must be said of a value wherever it goes.
package struct Marks: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Not shown to people.
    package static let sensitive = Marks(rawValue: 1)
    /// Not stored.
    package static let ephemeral = Marks(rawValue: 2)
}

/// What is known of a value that is not known.
package struct Refinement: Sendable, Hashable {
    package var isNotNull = false
    /// Of a string: what it begins with.
    package var prefix: String?
    /// Of a collection: how many elements at least, and at most.
    package var lengthMin: Int?
    package var lengthMax: Int?
    /// Of a number: inclusive or exclusive bounds are given by the evaluator as texts of numbers.
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
}
