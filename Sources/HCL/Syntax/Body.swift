import Synchronization

/// What stands in a file or between the braces of a block.
package struct Body: Sendable {
    /// In the order of the source. A name that was given twice is here once, and a diagnostic says so.
    package var attributes: [Attribute]
    package var blocks: [Block]
    package var range: SourceRange
    /// Where something that is missing would have to be written.
    package var endRange: SourceRange
    /// What a body written in JSON says. Which of it are attributes and which are blocks only a schema tells, so both are
    /// empty until ``content(_:)`` is asked.
    var json: JSONNode?
    /// What was put on top by ``merged(with:)`` and could not be merged yet, for JSON is involved.
    var layers: [Body] = []

    package init(attributes: [Attribute] = [], blocks: [Block] = [], range: SourceRange, endRange: SourceRange) {
        self.attributes = attributes
        self.blocks = blocks
        self.range = range
        self.endRange = endRange
    }

    /// Whether attributes and blocks are only to be had from a schema.
    package var isJSON: Bool { json != nil }

    package func attribute(_ name: String) -> Attribute? { attributes.first { $0.name == name } }
}

/// `name = expression`
package struct Attribute: Sendable {
    package var name: String
    package var nameRange: SourceRange
    package var equalsRange: SourceRange
    package var expression: Expression { didSet { references = FoundTraversals() } }
    package var range: SourceRange
    /// What the expression was made of, if that is JSON.
    var json: JSONNode?

    package init(name: String, nameRange: SourceRange, equalsRange: SourceRange, expression: Expression, range: SourceRange) {
        self.name = name
        self.nameRange = nameRange
        self.equalsRange = equalsRange
        self.expression = expression
        self.range = range
    }

    private var references = FoundTraversals()

    /// ``Expression/traversals()`` of the expression, which many ask for: looked for once.
    package var traversals: [Traversal] { references.traversals(of: expression) }
}

/// The references in an expression, once somebody asked for them; copies of an attribute share it.
private final class FoundTraversals: Sendable {
    private let found = Mutex<[Traversal]?>(nil)

    func traversals(of expression: Expression) -> [Traversal] {
        found.withLock { found in
            if let found { return found }
            let traversals = expression.traversals()
            found = traversals
            return traversals
        }
    }
}

/// `type "label" { … }`
package struct Block: Sendable {
    package var type: String
    package var typeRange: SourceRange
    package var labels: [String]
    package var labelRanges: [SourceRange]
    package var body: Body
    package var openBrace: SourceRange
    package var closeBrace: SourceRange

    package init(
        type: String, typeRange: SourceRange, labels: [String], labelRanges: [SourceRange], body: Body, openBrace: SourceRange,
        closeBrace: SourceRange
    ) {
        self.type = type
        self.typeRange = typeRange
        self.labels = labels
        self.labelRanges = labelRanges
        self.body = body
        self.openBrace = openBrace
        self.closeBrace = closeBrace
    }

    /// What diagnostics about the block point at: from the type to the last label; in JSON, the bracket that opens it.
    package var headerRange: SourceRange {
        if body.isJSON { return openBrace }
        return labelRanges.last.map { typeRange.union($0) } ?? typeRange
    }
}
