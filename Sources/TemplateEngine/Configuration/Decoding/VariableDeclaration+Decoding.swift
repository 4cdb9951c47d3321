import HCL

extension VariableDeclaration {
    private static let schema = BodySchema(
        attributes: ["description", "default", "type", "sensitive", "ephemeral", "nullable"], blocks: [.init("validation")])
    private static let reserved: Set<String> = [
        "source", "version", "providers", "count", "for_each", "lifecycle", "depends_on", "locals",
    ]

    static func decode(_ block: Block, isOverride: Bool, _ diagnostics: inout Diagnostics) -> VariableDeclaration {
        let name = block.labels[0]
        let (content, found) = block.body.content(schema)
        diagnostics += found
        diagnostics.checkName(name, block.labelRanges[0], "Invalid variable name")
        if reserved.contains(name) {
            let detail = "The variable name \(name.goQuoted) is reserved due to its special meaning inside module blocks."
            diagnostics.append(.error("Invalid variable name", detail, subject: block.labelRanges[0]))
        }
        // What is left to the language: the type, and a default that has to fit. Its flags are read here, with all that can be said.
        var plain = block
        plain.body = Body(range: block.body.range, endRange: block.body.endRange)
        if var type = content.attributes["type"] {
            type.expression = type.expression.spelled
            plain.body.attributes.append(type)
        }
        if let fallback = content.attributes["default"] { plain.body.attributes.append(fallback.literal) }
        let isNullable = content.attributes["nullable"]?.constantFlag(&diagnostics)
        if isNullable != nil, let nullable = content.attributes["nullable"] { plain.body.attributes.append(nullable) }
        var (input, mistakes) = InputVariable.decode(plain)
        diagnostics += mistakes
        input.range = block.headerRange
        input.isSensitive = content.attributes["sensitive"]?.constantFlag(&diagnostics) ?? false
        input.isEphemeral = content.attributes["ephemeral"]?.constantFlag(&diagnostics) ?? false

        var variable = VariableDeclaration(input: input, nameRange: block.labelRanges[0], range: block.headerRange)
        variable.description = content.attributes["description"]?.constantText(&diagnostics)
        variable.isExpressionText = content.attributes["type"] != nil && !input.type.isPrimitive
        for validation in content.blocks {
            if let rule = CheckRule.decode(validation, isOverride: isOverride, &diagnostics) { variable.validations.append(rule) }
            // Looked at also if there is no message. What else may be wrong has been told.
            let condition = validation.body.partialContent(BodySchema(attributes: ["condition"])).0.attributes["condition"]
            if let condition, !isOverride { variable.checkSubject(of: condition.expression, &diagnostics) }
        }
        return variable
    }

    /// Complains if a validation does not look at its variable.
    private func checkSubject(of condition: Expression, _ diagnostics: inout Diagnostics) {
        let traversals = condition.traversals()
        let isUsed = traversals.contains { traversal in
            guard traversal.root == "var", case .attribute(let name, _)? = traversal.steps.first else { return false }
            return name == input.name
        }
        if isUsed { return }
        let name = input.name
        diagnostics.append(
            .error(
                "Invalid variable validation condition",
                "The condition for variable \(name.goQuoted) must refer to var.\(name) in order to test incoming values.",
                subject: condition.range))
    }
}
