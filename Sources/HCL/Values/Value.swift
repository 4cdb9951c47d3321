/// A value of the language: with a type, perhaps null, perhaps not known yet, perhaps marked.
package struct Value: Sendable {
    package var type: ValueType
    package var content: Content
    /// Marks of this very value; what it contains has its own. Elements of sets have none: the set has them.
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

    package var isNull: Bool { if case .null = content { true } else { false } }
    package var isKnown: Bool { if case .unknown = content { false } else { true } }

    /// Whether nothing in it is unknown.
    package var isWhollyKnown: Bool {
        switch content {
        case .unknown: false
        case .elements(let elements): elements.allSatisfy(\.isWhollyKnown)
        case .members(let members): members.values.allSatisfy(\.isWhollyKnown)
        default: true
        }
    }

    /// What is known of it, if it is unknown.
    package var refinement: Refinement? { if case .unknown(let refinement) = content { refinement } else { nil } }

    /// Whether it cannot turn out to be null.
    package var isDefinitelyNotNull: Bool {
        switch content {
        case .null: false
        case .unknown(let refinement): refinement.isNotNull
        default: true
        }
    }

    package var stringValue: String? { if case .string(let string) = content { string } else { nil } }
    package var numberValue: Number? { if case .number(let number) = content { number } else { nil } }
    package var boolValue: Bool? { if case .bool(let bool) = content { bool } else { nil } }
    /// Of a known list, set or tuple.
    package var elements: [Value]? { if case .elements(let elements) = content { elements } else { nil } }
    /// Of a known map or object.
    package var members: [String: Value]? { if case .members(let members) = content { members } else { nil } }

    /// The members, ordered by the bytes of their names; none if there are none.
    package var sortedMembers: [(String, Value)] { members?.sortedByName ?? [] }

    /// How many elements or members a known value holds; of a set with unknown elements that many at most.
    package var length: Int? { elements?.count ?? members?.count }
}
