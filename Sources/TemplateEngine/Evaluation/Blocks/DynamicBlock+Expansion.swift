import HCL

/// A nested block as it counts: written in the configuration, or made by a `dynamic` block.
struct ExpandedBlock {
    var block: Block
    /// In which its body is evaluated.
    var context: EvaluationContext
    /// Whether it stands for blocks whose number is not known yet.
    var isUnknown: Bool
    /// Of the collection that a `dynamic` block made it from.
    var marks: Marks = []
}

extension DynamicBlock {
    /// The blocks that it makes; one that stands for all if their number is not known.
    func expanded(in context: EvaluationContext) -> (blocks: [ExpandedBlock], diagnostics: Diagnostics) {
        let range = forEach.expression.range
        let (marked, diagnostics) = forEach.expression.evaluate(in: context)
        let (collection, marks) = marked.unmarked()
        if let problem = Self.problem(with: collection) {
            return ([], diagnostics + [.error("Invalid dynamic for_each value", problem, subject: range)])
        }
        if diagnostics.hasErrors && collection.isKnown { return ([], diagnostics) }

        let items: [(key: Value, value: Value)]
        let isUnknown: Bool
        switch collection.content {
        case .elements(let elements):
            isUnknown = false
            // An element of a set is its own key.
            items = elements.enumerated().map { (collection.type.isSet ? $1 : .integer($0), $1) }
        case .members:
            isUnknown = false
            items = collection.sortedMembers.map { (.string($0), $1) }
        default:
            isUnknown = true
            items = [(.dynamic, .dynamic)]
        }
        var result: (blocks: [ExpandedBlock], diagnostics: Diagnostics) = ([], diagnostics)
        for item in items {
            let inner = context.child([iterator: .object(["key": item.key.marked(with: marks), "value": item.value.marked(with: marks)])])
            let (texts, found) = labelTexts(in: inner)
            result.diagnostics += found
            guard let texts else { continue }
            var block = content
            block.type = type
            block.labels = texts
            block.labelRanges = labels.map(\.range)
            result.blocks.append(ExpandedBlock(block: block, context: inner, isUnknown: isUnknown, marks: marks))
        }
        return result
    }

    private static func problem(with collection: Value) -> String? {
        let canIterate = collection.type.isCollection || collection.type.isStructural
        if !canIterate && collection.type != .dynamic {
            return "Cannot use a \(collection.type.friendlyName) value in for_each. An iterable collection is required."
        }
        return collection.isNull ? "Cannot use a null value in for_each." : nil
    }

    /// Nil if a label is none.
    private func labelTexts(in context: EvaluationContext) -> ([String]?, Diagnostics) {
        var texts: [String] = []
        var diagnostics: Diagnostics = []
        for label in labels {
            let (value, found) = label.evaluate(in: context)
            diagnostics += found
            if found.hasErrors { return (nil, diagnostics) }
            switch Self.labelText(value) {
            case .success(let text): texts.append(text)
            case .failure(let problem):
                diagnostics.append(.error("Invalid dynamic block label", problem.message, subject: label.range))
                return (nil, diagnostics)
            }
        }
        return (texts, diagnostics)
    }

    private static func labelText(_ value: Value) -> Result<String, ConversionError> {
        do {
            let text = try value.converted(to: .string)
            if text.isNull { return .failure(ConversionError(message: "Cannot use a null value as a dynamic block label.")) }
            if !text.marks.isEmpty { return .failure(ConversionError(message: "Cannot use a marked value as a dynamic block label.")) }
            let unknown = "This value is not yet known. Dynamic block labels must be immediately-known values."
            return text.stringValue.map { .success($0) } ?? .failure(ConversionError(message: unknown))
        } catch {
            return .failure(ConversionError(message: "Cannot use this value as a dynamic block label: \(error.message)."))
        }
    }
}
