/// What a body may contain.
package struct BodySchema: Sendable {
    package struct Attribute: Sendable, ExpressibleByStringLiteral {
        package var name: String
        package var isRequired: Bool

        package init(_ name: String, isRequired: Bool = false) {
            self.name = name
            self.isRequired = isRequired
        }

        package init(stringLiteral name: String) { self.init(name) }
    }

    package struct Block: Sendable {
        package var type: String
        /// What the labels are, for diagnostics: as many are required.
        package var labelNames: [String]

        package init(_ type: String, labels: [String] = []) {
            self.type = type
            labelNames = labels
        }
    }

    package var attributes: [Attribute]
    package var blocks: [Block]

    package init(attributes: [Attribute] = [], blocks: [Block] = []) {
        self.attributes = attributes
        self.blocks = blocks
    }
}

/// What of a body fits its schema.
package struct BodyContent: Sendable {
    package var attributes: [String: Attribute] = [:]
    /// In the order of the source.
    package var blocks: [Block] = []
    /// Where something that is missing would have to be written.
    package var missingItemRange: SourceRange

    package init(missingItemRange: SourceRange) { self.missingItemRange = missingItemRange }

    package func blocks(_ type: String) -> [Block] { blocks.filter { $0.type == type } }
}

extension Body {
    /// Where a diagnostic about something that is missing points: the start of the body.
    package var missingItemRange: SourceRange { SourceRange(file: range.file, start: range.start, end: range.start) }

    /// What the schema asks for; everything else is an error.
    package func content(_ schema: BodySchema) -> (BodyContent, Diagnostics) {
        if !layers.isEmpty { return layeredContent(schema) { $0.content($1) } }
        if let json { return JSONBodyReader.content(json, schema) }
        var (content, diagnostics) = partialContent(schema)
        let known = Set(schema.attributes.map(\.name))
        for attribute in attributes where !known.contains(attribute.name) {
            let free = schema.attributes.map(\.name).filter { content.attributes[$0] == nil }
            var hint = ""
            if let near = Names.suggestion(for: attribute.name, among: free) {
                hint = " Did you mean \(near.goQuoted)?"
            } else if schema.blocks.contains(where: { $0.type == attribute.name }) {
                hint = " Did you mean to define a block of type \(attribute.name.goQuoted)?"
            }
            diagnostics.append(
                .error(
                    "Unsupported argument", "An argument named \(attribute.name.goQuoted) is not expected here." + hint,
                    subject: attribute.nameRange))
        }
        let types = schema.blocks.map(\.type)
        for block in blocks where !types.contains(block.type) {
            var hint = ""
            if let near = Names.suggestion(for: block.type, among: types) {
                hint = " Did you mean \(near.goQuoted)?"
            } else if known.contains(block.type) {
                hint = " Did you mean to define argument \(block.type.goQuoted)? If so, use the equals sign to assign it a value."
            }
            diagnostics.append(
                .error(
                    "Unsupported block type", "Blocks of type \(block.type.goQuoted) are not expected here." + hint,
                    subject: block.typeRange))
        }
        return (content, diagnostics)
    }

    /// What the schema asks for; everything else is left alone.
    package func partialContent(_ schema: BodySchema) -> (BodyContent, Diagnostics) {
        if !layers.isEmpty { return layeredContent(schema) { $0.partialContent($1) } }
        if let json { return JSONBodyReader.partialContent(json, schema) }
        var content = BodyContent(missingItemRange: missingItemRange)
        var diagnostics: Diagnostics = []
        for wanted in schema.attributes {
            if let attribute = attribute(wanted.name) {
                content.attributes[wanted.name] = attribute
            } else if wanted.isRequired {
                diagnostics.append(
                    .error(
                        "Missing required argument",
                        "The argument \(wanted.name.goQuoted) is required, but no definition was found.", subject: missingItemRange))
            }
        }
        for block in blocks {
            guard let wanted = schema.blocks.last(where: { $0.type == block.type }) else { continue }
            if let mistake = block.labelMistake(wanted.labelNames) {
                diagnostics.append(mistake)
            } else {
                content.blocks.append(block)
            }
        }
        return (content, diagnostics)
    }

    /// The attributes of a body in which blocks are not allowed.
    package func justAttributes() -> ([Attribute], Diagnostics) {
        if !layers.isEmpty { return layeredAttributes() }
        if let json { return JSONBodyReader.justAttributes(json) }
        guard let block = blocks.first else { return (attributes, []) }
        let mistake = Diagnostic.error("Unexpected \(block.type.goQuoted) block", "Blocks are not allowed here.", subject: block.typeRange)
        return (attributes, [mistake])
    }
}

extension Block {
    fileprivate func labelMistake(_ names: [String]) -> Diagnostic? {
        let context = SourceRange.between(typeRange, openBrace)
        let list = names.joined(separator: ", ")
        if labels.count > names.count {
            let detail =
                names.isEmpty
                ? "No labels are expected for \(type) blocks." : "Only \(names.count) labels (\(list)) are expected for \(type) blocks."
            return .error("Extraneous label for \(type)", detail, subject: labelRanges[names.count], context: context)
        }
        if labels.count < names.count {
            return .error(
                "Missing \(names[labels.count]) for \(type)", "All \(type) blocks must have \(names.count) labels (\(list)).",
                subject: openBrace, context: context)
        }
        return nil
    }
}
