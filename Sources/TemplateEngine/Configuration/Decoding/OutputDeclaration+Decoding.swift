import HCL

extension OutputDeclaration {
    private static func schema(isOverride: Bool) -> BodySchema {
        BodySchema(
            attributes: ["description", .init("value", isRequired: !isOverride), "depends_on", "sensitive", "ephemeral"],
            blocks: [.init("precondition"), .init("postcondition")])
    }

    static func decode(_ block: Block, isOverride: Bool, _ diagnostics: inout Diagnostics) -> OutputDeclaration {
        let (content, found) = block.body.content(schema(isOverride: isOverride))
        diagnostics += found
        var output = OutputDeclaration(name: block.labels[0], nameRange: block.labelRanges[0], range: block.headerRange)
        diagnostics.checkName(output.name, output.nameRange, "Invalid output name")
        output.description = content.attributes["description"]?.constantText(&diagnostics)
        output.value = content.attributes["value"]?.expression
        output.isSensitive = content.attributes["sensitive"]?.constantFlag(&diagnostics) ?? false
        output.isEphemeral = content.attributes["ephemeral"]?.constantFlag(&diagnostics) ?? false
        output.dependsOn = content.attributes["depends_on"]?.dependencies(&diagnostics) ?? []
        for rule in content.blocks {
            if rule.type == "postcondition" {
                let detail = "Output values can only have preconditions, not postconditions."
                diagnostics.append(.error("Postconditions are not allowed", detail, subject: rule.typeRange))
            } else if let rule = CheckRule.decode(rule, isOverride: isOverride, &diagnostics) {
                output.preconditions.append(rule)
            }
        }
        return output
    }
}
