extension Value {
    /// The same value with these marks added.
    package func marked(with marks: Marks) -> Value {
        if marks.isSubset(of: self.marks) { return self }
        var value = self
        value.marks.formUnion(marks)
        return value
    }

    /// The value without its own marks, and those.
    package func unmarked() -> (Value, Marks) {
        if marks.isEmpty { return (self, []) }
        var value = self
        value.marks = []
        return (value, marks)
    }

    /// The value without any marks in it, and all of those.
    package func unmarkedDeep() -> (Value, Marks) {
        let all = deepMarks
        return all.isEmpty ? (self, []) : (withoutMarks, all)
    }

    /// Marks of this value and of all that is in it.
    package var deepMarks: Marks {
        switch content {
        case .elements(let elements): elements.reduce(into: marks) { $0.formUnion($1.deepMarks) }
        case .members(let members): members.values.reduce(into: marks) { $0.formUnion($1.deepMarks) }
        default: marks
        }
    }

    /// Whether the value, or something in it, has one of the marks.
    package func containsMarks(_ wanted: Marks) -> Bool { !deepMarks.isDisjoint(with: wanted) }

    /// Whether the value, or something in it, has any mark.
    package var isMarkedDeep: Bool { !deepMarks.isEmpty }

    private var withoutMarks: Value {
        switch content {
        case .elements(let elements): Value(type: type, content: .elements(elements.map(\.withoutMarks)))
        case .members(let members): Value(type: type, content: .members(members.mapValues(\.withoutMarks)))
        default: Value(type: type, content: content)
        }
    }
}
