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

    package init(attributes: [Attribute] = [], blocks: [Block] = [], range: SourceRange, endRange: SourceRange) {
        self.attributes = attributes
        self.blocks = blocks
        self.range = range
        self.endRange = endRange
    }

    package func attribute(_ name: String) -> Attribute? { attributes.first { $0.name == name } }
}

/// `name = expression`
package struct Attribute: Sendable {
    package var name: String
    package var nameRange: SourceRange
    package var equalsRange: SourceRange
    package var expression: Expression
    package var range: SourceRange

    package init(name: String, nameRange: SourceRange, equalsRange: SourceRange, expression: Expression, range: SourceRange) {
        self.name = name
        self.nameRange = nameRange
        self.equalsRange = equalsRange
        self.expression = expression
        self.range = range
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

    /// From the type to the last label: what diagnostics point at.
    package var headerRange: SourceRange { labelRanges.last.map { typeRange.union($0) } ?? typeRange }
}
