/// Reads a JSON value as a body, as a schema says.
enum JSONBodyReader {
    static func content(_ node: JSONNode, _ schema: BodySchema) -> (BodyContent, Diagnostics) {
        var (content, diagnostics) = partialContent(node, schema)
        let known = Set(schema.attributes.map(\.name) + schema.blocks.map(\.type))
        // Blocks can be repeated, attributes that are set already cannot.
        let candidates = schema.attributes.map(\.name).filter { content.attributes[$0] == nil } + schema.blocks.map(\.type)
        var repeated: Diagnostics = []
        for property in properties(node, label: nil, &repeated) where property.name != "//" && !known.contains(property.name) {
            let near = Names.suggestion(for: property.name, among: candidates).map { " Did you mean \($0.goQuoted)?" } ?? ""
            diagnostics.append(
                .error(
                    "Extraneous JSON object property", "No argument or block type is named \(property.name.goQuoted)." + near,
                    subject: property.nameRange, context: property.range))
        }
        return (content, diagnostics)
    }

    static func partialContent(_ node: JSONNode, _ schema: BodySchema) -> (BodyContent, Diagnostics) {
        var content = BodyContent(missingItemRange: missingItemRange(node))
        var diagnostics: Diagnostics = []
        for property in properties(node, label: nil, &diagnostics) {
            if schema.attributes.contains(where: { $0.name == property.name }) {
                if let existing = content.attributes[property.name] {
                    diagnostics.append(
                        .error(
                            "Duplicate argument", "The argument \(property.name.goQuoted) was already set at \(existing.range).",
                            subject: property.nameRange, context: property.range))
                } else {
                    content.attributes[property.name] = attribute(property, &diagnostics)
                }
            } else if let wanted = schema.blocks.last(where: { $0.type == property.name }) {
                var reader = BlockReader(type: property.name, typeRange: property.nameRange)
                reader.read(property.value, labelsLeft: wanted.labelNames[...])
                content.blocks += reader.blocks
                diagnostics += reader.diagnostics
            }
        }
        for wanted in schema.attributes where wanted.isRequired && content.attributes[wanted.name] == nil {
            diagnostics.append(
                .error(
                    "Missing required argument", "The argument \(wanted.name.goQuoted) is required, but no definition was found.",
                    subject: content.missingItemRange))
        }
        return (content, diagnostics)
    }

    /// - Parameter readsTemplates: whether texts are looked at as templates, with what is wrong with them.
    static func justAttributes(_ node: JSONNode, readsTemplates: Bool = true) -> ([Attribute], Diagnostics) {
        guard case .object(let properties, _, _) = node else {
            let detail = "A JSON object is required here, setting the arguments for this block."
            return ([], [.error("Incorrect JSON value type", detail, subject: node.startRange)])
        }
        var diagnostics: Diagnostics = []
        var attributes: [Attribute] = []
        var ranges: [String: SourceRange] = [:]
        for property in properties where property.name != "//" {
            if let existing = ranges[property.name] {
                diagnostics.append(
                    .error(
                        "Duplicate attribute definition",
                        "The argument \(property.name.goQuoted) was already set at \(existing).", subject: property.nameRange))
            } else {
                ranges[property.name] = property.range
                var mistakes: Diagnostics = []
                attributes.append(attribute(property, &mistakes))
                if readsTemplates { diagnostics += mistakes }
            }
        }
        return (attributes, diagnostics)
    }

    private static func attribute(_ property: JSONProperty, _ diagnostics: inout Diagnostics) -> Attribute {
        var attribute = Attribute(
            name: property.name, nameRange: property.nameRange, equalsRange: property.nameRange,
            expression: property.value.expression(&diagnostics), range: property.range)
        attribute.json = property.value
        return attribute
    }

    private static func missingItemRange(_ node: JSONNode) -> SourceRange {
        if case .object(_, _, let close) = node { close } else { node.startRange }
    }

    /// The properties of an object, or of all objects in an array; of null none.
    fileprivate static func properties(_ node: JSONNode, label: String?, _ diagnostics: inout Diagnostics) -> [JSONProperty] {
        let purpose = label.map { "to specify \($0) labels for this block." } ?? "to define arguments and child blocks."
        switch node {
        case .null: return []
        case .object(let properties, _, _): return properties
        case .array(let elements, _, _):
            var result: [JSONProperty] = []
            for element in elements {
                if case .object(let properties, _, _) = element {
                    result += properties
                } else {
                    let detail = "A JSON object is required here, " + purpose
                    diagnostics.append(.error("Incorrect JSON value type", detail, subject: element.startRange))
                }
            }
            return result
        default:
            let detail = "Either a JSON object or JSON array of objects is required here, " + purpose
            diagnostics.append(.error("Incorrect JSON value type", detail, subject: node.startRange))
            return []
        }
    }
}

/// Collects the blocks that a property stands for: objects in objects name the labels.
private struct BlockReader {
    let type: String
    let typeRange: SourceRange
    private(set) var blocks: [Block] = []
    private(set) var diagnostics: Diagnostics = []
    private var labels: [String] = []
    private var labelRanges: [SourceRange] = []

    init(type: String, typeRange: SourceRange) {
        self.type = type
        self.typeRange = typeRange
    }

    mutating func read(_ node: JSONNode, labelsLeft: ArraySlice<String>) {
        guard let label = labelsLeft.first else { return readContent(node) }
        let properties = JSONBodyReader.properties(node, label: label, &diagnostics)
        if properties.isEmpty {
            diagnostics.append(
                .error(
                    "Missing block label",
                    "At least one object property is required, whose name represents the \(type) block's \(label).",
                    subject: node.startRange))
        }
        for property in properties {
            labels.append(property.name)
            labelRanges.append(property.nameRange)
            read(property.value, labelsLeft: labelsLeft.dropFirst())
            labels.removeLast()
            labelRanges.removeLast()
        }
    }

    private mutating func readContent(_ node: JSONNode) {
        switch node {
        case .null: break
        case .object(_, let open, let close): append(node, open: open, close: close)
        case .array(let elements, let open, let close): for element in elements { append(element, open: open, close: close) }
        default:
            diagnostics.append(
                .error(
                    "Incorrect JSON value type",
                    "Either a JSON object or a JSON array is required, representing the contents of one or more \(type.goQuoted) blocks.",
                    subject: node.startRange))
        }
    }

    private mutating func append(_ node: JSONNode, open: SourceRange, close: SourceRange) {
        blocks.append(
            Block(
                type: type, typeRange: typeRange, labels: labels, labelRanges: labelRanges, body: Body(json: node), openBrace: open,
                closeBrace: close))
    }
}
