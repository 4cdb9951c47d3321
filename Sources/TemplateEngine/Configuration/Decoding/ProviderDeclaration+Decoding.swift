import HCL

extension ProviderDeclaration {
    private static let schema = BodySchema(
        attributes: ["version", "alias", "count", "depends_on", "for_each", "source"],
        blocks: [.init("_"), .init("lifecycle"), .init("locals")])

    static func decode(_ block: Block, _ diagnostics: inout Diagnostics) -> ProviderDeclaration {
        let (content, found) = block.body.partialContent(schema)
        diagnostics += found
        diagnostics.checkProviderName(block.labels[0], block.headerRange)
        var declaration = ProviderDeclaration(
            reference: ProviderReference(localName: block.labels[0], range: block.labelRanges[0]), body: block.body.remaining(schema),
            range: block.headerRange)
        if let attribute = content.attributes["alias"] {
            declaration.reference.alias = attribute.constantText(&diagnostics)
            if let alias = declaration.reference.alias, !Names.isIdentifier(alias) {
                let detail = """
                    An alias must be a valid name. A name must start with a letter or underscore and may contain only letters, digits, \
                    underscores, and dashes.
                    """
                diagnostics.append(.error("Invalid provider configuration alias", detail))
            }
        }
        if let attribute = content.attributes["version"] {
            diagnostics.append(
                Diagnostic(
                    .warning, "Version constraints inside provider configuration blocks are deprecated",
                    """
                    Terraform 0.13 and earlier allowed provider version constraints inside the provider configuration block, but that is \
                    now deprecated and will be removed in a future version of Terraform. To silence this warning, move the provider \
                    version constraint into the required_providers block.
                    """, subject: attribute.expression.range))
            declaration.versions = attribute.versionConstraints(&diagnostics) ?? []
        }
        for name in ["count", "depends_on", "for_each", "source"] {
            guard let attribute = content.attributes[name] else { continue }
            let detail = "The provider argument name \(name.goQuoted) is reserved for use by Terraform in a future version."
            diagnostics.append(.error("Reserved argument name in provider block", detail, subject: attribute.nameRange))
        }
        var escape: Block?
        for block in content.blocks {
            if block.type == "_" {
                declaration.body.open(block, first: &escape, noun: "provider", kind: "provider", &diagnostics)
            } else {
                diagnostics.refuseReserved(block, in: "provider")
            }
        }
        return declaration
    }
}
