import HCL

extension CheckDeclaration {
    private static let schema = BodySchema(blocks: [.init("data", labels: ["type", "name"]), .init("assert")])

    /// Reads a block, and the data source in it.
    static func decode(_ block: Block, _ diagnostics: inout Diagnostics) -> (CheckDeclaration, ResourceDeclaration?) {
        let (content, found) = block.body.content(schema)
        diagnostics += found
        var check = CheckDeclaration(name: block.labels[0], range: block.headerRange)
        diagnostics.checkName(check.name, block.labelRanges[0], "Invalid check block name")
        var resource: ResourceDeclaration?
        for block in content.blocks {
            if block.type == "assert" {
                var mistakes: Diagnostics = []
                let rule = CheckRule.decode(block, isOverride: false, &mistakes)
                diagnostics += mistakes
                if let rule, !mistakes.hasErrors { check.asserts.append(rule) }
            } else if let resource {
                let detail = """
                    This check block already has a data resource defined at \(resource.range).
                    """
                diagnostics.append(.error("Multiple data resource blocks", detail, subject: block.headerRange))
            } else {
                resource = ResourceDeclaration.decode(block, mode: .data, isOverride: false, check: check.name, &diagnostics)
            }
        }
        if check.asserts.isEmpty {
            let detail = "Check blocks must have at least one assert block."
            diagnostics.append(.error("Zero assert blocks", detail, subject: block.headerRange))
        }
        check.dataResource = resource?.address
        return (check, resource)
    }
}
