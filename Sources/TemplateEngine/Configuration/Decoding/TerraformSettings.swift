import HCL

/// What `terraform { … }` blocks say.
struct TerraformSettings {
    var requiredVersions: [(constraints: [VersionConstraint], range: SourceRange)] = []
    var requiredProviders: [(providers: [String: RequiredProvider], range: SourceRange)] = []
    var backends: [Block] = []
    var clouds: [Block] = []
    var providerMetas: [Block] = []

    private static let schema = BodySchema(
        attributes: ["required_version", "experiments", "language"],
        blocks: [
            .init("backend", labels: ["type"]), .init("cloud"), .init("required_providers"), .init("provider_meta", labels: ["provider"]),
        ])

    mutating func decode(_ block: Block, _ diagnostics: inout Diagnostics) {
        let (content, found) = block.body.content(Self.schema)
        diagnostics += found
        if let attribute = content.attributes["required_version"], let constraints = attribute.versionConstraints(&diagnostics) {
            requiredVersions.append((constraints, attribute.range))
        }
        if let attribute = content.attributes["experiments"] {
            let detail = """
                Experimental features are intended only for gathering early feedback on new language designs, and so are available only in \
                alpha releases of Terraform.
                """
            diagnostics.append(.error("Module uses experimental features", detail, subject: attribute.nameRange))
        }
        if let attribute = content.attributes["language"] { attribute.checkLanguage(&diagnostics) }
        for block in content.blocks {
            switch block.type {
            case "backend": backends.append(block)
            case "cloud": clouds.append(block)
            case "required_providers": requiredProviders.append((RequiredProvider.decode(block, &diagnostics), block.headerRange))
            default: providerMetas.append(block)
            }
        }
    }
}

extension Attribute {
    /// There is one edition of the language.
    fileprivate func checkLanguage(_ diagnostics: inout Diagnostics) {
        guard let edition = expression.staticKeyword else {
            let detail = """
                The language argument expects a bare language edition keyword. Terraform \(SemanticVersion.terraform) supports only language \
                edition TF2021, which is the default.
                """
            diagnostics.append(.error("Invalid language edition", detail, subject: expression.range))
            return
        }
        if edition == "TF2021" { return }
        let detail = """
            Terraform v\(SemanticVersion.terraform) only supports language edition TF2021. This module requires a newer version of \
            Terraform CLI.
            """
        diagnostics.append(.error("Unsupported language edition", detail, subject: expression.range))
    }
}
