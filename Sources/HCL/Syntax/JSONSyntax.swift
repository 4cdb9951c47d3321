/// Parses the JSON syntax of the language.
package enum JSONSyntax {
    package static func parseFile(_ bytes: [UInt8], file: String) -> (JSONDocument, Diagnostics) {
        let start = SourceRange(file: file, start: .start, end: .start)
        let empty = JSONNode.object([], open: start, close: start)
        guard bytes.count <= SyntaxLimits.bytesMax else {
            let detail = "This text has more than \(SyntaxLimits.bytesMax) bytes."
            return (JSONDocument(root: empty), [.error("Configuration too large", detail, subject: start)])
        }
        var parser = JSONTreeParser(JSONTokenScanner.scan(bytes, file: file))
        let root = parser.parse()
        switch root {
        case .object, .array: return (JSONDocument(root: root), parser.diagnostics)
        default:
            let mistake = Diagnostic.error(
                "Root value must be object",
                "The root value in a JSON-based configuration must be either a JSON object or a JSON array of objects.",
                subject: root.startRange)
            return (JSONDocument(root: empty), parser.diagnostics + [mistake])
        }
    }
}

/// A file in the JSON syntax.
package struct JSONDocument: Sendable {
    let root: JSONNode

    /// The content as a body whose parts ``Body/content(_:)`` tells apart; blocks inside are alike.
    package var body: Body { Body(json: root) }

    /// The attributes and blocks that the schema asks for; the bodies of the blocks are still to be read with their own.
    package func body(schema: BodySchema) -> (Body, Diagnostics) {
        let (content, diagnostics) = body.content(schema)
        var result = Body(blocks: content.blocks, range: root.range, endRange: root.range)
        // In the order of the schema, as the order in the file is of no meaning.
        result.attributes = schema.attributes.compactMap { content.attributes[$0.name] }
        return (result, diagnostics)
    }
}

extension Body {
    init(json: JSONNode) {
        let end = json.range.end
        self.init(range: json.range, endRange: SourceRange(file: json.range.file, start: end, end: end))
        self.json = json
    }
}
