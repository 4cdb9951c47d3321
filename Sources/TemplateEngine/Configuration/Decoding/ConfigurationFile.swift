import HCL

/// What one file declares, in the order of the source.
struct ConfigurationFile {
    /// A declaration, and the block that it was read from, so that an override can be read with it.
    struct Item<Declaration> {
        var declaration: Declaration
        var block: Block
    }

    var settings = TerraformSettings()
    var variables: [Item<VariableDeclaration>] = []
    var locals: [LocalDeclaration] = []
    var outputs: [Item<OutputDeclaration>] = []
    var resources: [Item<ResourceDeclaration>] = []
    var moduleCalls: [Item<ModuleCall>] = []
    var providers: [Item<ProviderDeclaration>] = []
    var checks: [CheckDeclaration] = []
    /// Data sources inside of checks.
    var checkResources: [ResourceDeclaration] = []
    var moves: [MovedDeclaration] = []
    var removals: [RemovedDeclaration] = []
    var imports: [ImportDeclaration] = []

    private static let schema = BodySchema(blocks: [
        .init("terraform"), .init("required_providers"), .init("provider", labels: ["name"]), .init("variable", labels: ["name"]),
        .init("locals"), .init("output", labels: ["name"]), .init("module", labels: ["name"]),
        .init("resource", labels: ["type", "name"]), .init("data", labels: ["type", "name"]),
        .init("ephemeral", labels: ["type", "name"]), .init("moved"), .init("removed"), .init("import"),
        .init("check", labels: ["name"]),
    ])

    init(_ body: Body, isOverride: Bool, _ diagnostics: inout Diagnostics) {
        let (content, found) = body.content(Self.schema)
        diagnostics += found
        for block in content.blocks { decode(block, isOverride: isOverride, &diagnostics) }
    }

    private mutating func decode(_ block: Block, isOverride: Bool, _ diagnostics: inout Diagnostics) {
        switch block.type {
        case "terraform": settings.decode(block, &diagnostics)
        case "required_providers":
            let detail = "A \"required_providers\" block must be nested inside a \"terraform\" block."
            diagnostics.append(.error("Invalid required_providers block", detail, subject: block.typeRange))
        case "variable": variables.append(Item(declaration: .decode(block, isOverride: isOverride, &diagnostics), block: block))
        case "locals": locals += LocalDeclaration.decode(block, &diagnostics)
        case "output": outputs.append(Item(declaration: .decode(block, isOverride: isOverride, &diagnostics), block: block))
        case "module": moduleCalls.append(Item(declaration: .decode(block, isOverride: isOverride, &diagnostics), block: block))
        case "provider": providers.append(Item(declaration: .decode(block, &diagnostics), block: block))
        case "resource":
            resources.append(Item(declaration: .decode(block, mode: .managed, isOverride: isOverride, &diagnostics), block: block))
        case "data": resources.append(Item(declaration: .decode(block, mode: .data, isOverride: isOverride, &diagnostics), block: block))
        case "ephemeral":
            resources.append(Item(declaration: .decode(block, mode: .ephemeral, isOverride: isOverride, &diagnostics), block: block))
        case "moved": MovedDeclaration.decode(block, &diagnostics).map { moves.append($0) }
        case "removed": RemovedDeclaration.decode(block, &diagnostics).map { removals.append($0) }
        case "import": ImportDeclaration.decode(block, &diagnostics).map { imports.append($0) }
        case "check" where isOverride:
            let detail = "Override files cannot override check blocks."
            diagnostics.append(.error("Can't override check blocks", detail, subject: block.headerRange))
        default:
            let (check, resource) = CheckDeclaration.decode(block, &diagnostics)
            checks.append(check)
            if let resource { checkResources.append(resource) }
        }
    }
}

extension LocalDeclaration {
    static func decode(_ block: Block, _ diagnostics: inout Diagnostics) -> [LocalDeclaration] {
        let (attributes, found) = block.body.justAttributes()
        diagnostics += found
        return attributes.map { attribute in
            diagnostics.checkName(attribute.name, attribute.nameRange, "Invalid local value name")
            return LocalDeclaration(name: attribute.name, expression: attribute.expression, range: attribute.range)
        }
    }
}
