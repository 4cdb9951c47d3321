import HCL

/// What files named `override` change of what the others declare.
extension ModuleAssembly {
    mutating func override(with file: ConfigurationFile) {
        overrideSettings(file.settings)
        for item in file.providers { overrideProvider(item) }
        for item in file.variables { overrideVariable(item) }
        for local in file.locals { overrideLocal(local) }
        for item in file.outputs { overrideOutput(item) }
        for item in file.moduleCalls { overrideCall(item) }
        for item in file.resources { overrideResource(item) }
        for move in file.moves {
            let detail = "Records of moved objects can appear only in normal files, not in override files."
            refuse("Cannot override 'moved' blocks", detail, move.range)
        }
        for declaration in file.imports {
            let detail = "Import blocks can appear only in normal files, not in override files."
            refuse("Cannot override 'import' blocks", detail, declaration.range)
        }
    }

    private mutating func overrideSettings(_ settings: TerraformSettings) {
        if !settings.requiredVersions.isEmpty { requiredVersions = settings.requiredVersions }
        for (providers, _) in settings.requiredProviders { module.requiredProviders.merge(providers) { $1 } }
        if let backend = settings.backends.last { module.backend = backend }
        if !settings.clouds.isEmpty { module.backend = nil }
    }

    private mutating func overrideProvider(_ item: ConfigurationFile.Item<ProviderDeclaration>) {
        let reference = item.declaration.reference
        guard let base = providerBlocks[reference] else {
            if let alias = reference.alias {
                let detail = """
                    There is no \(reference.localName) provider configuration with the alias \(alias.goQuoted). An override file can only \
                    override an aliased provider configuration that was already defined in a primary configuration file.
                    """
                return refuse("Missing base provider configuration for override", detail, item.declaration.range)
            }
            module.providers[reference] = item.declaration
            providerBlocks[reference] = item.block
            return
        }
        let merged = base.merged(with: item.block)
        providerBlocks[reference] = merged
        module.providers[reference] = quietly { .decode(merged, &$0) }
    }

    private mutating func overrideVariable(_ item: ConfigurationFile.Item<VariableDeclaration>) {
        let name = item.declaration.input.name
        guard let base = variableBlocks[name], let old = module.variables[name] else {
            let detail = """
                There is no variable named \(name.goQuoted). An override file can only override a variable that was already declared in a \
                primary configuration file.
                """
            return refuse("Missing base variable declaration to override", detail, item.declaration.range)
        }
        let merged = base.merged(with: item.block)
        variableBlocks[name] = merged
        let variable = quietly { VariableDeclaration.decode(merged, isOverride: false, &$0) }
        module.variables[name] = variable
        // What was said of each alone is said already; what is new is a default that does not fit the other's type.
        let given = item.declaration.input.fallback
        guard let value = given ?? old.input.fallback else { return }
        do {
            _ = try variable.input.converted(value)
        } catch {
            let problem =
                given == nil
                ? "Overriding this variable's type constraint has made its default value invalid"
                : "The overridden default value for this variable is not compatible with the variable's type constraint"
            refuse("Invalid default value for variable", "\(problem): \(error.message).", item.declaration.range)
        }
    }

    private mutating func overrideLocal(_ local: LocalDeclaration) {
        guard module.locals[local.name] != nil else {
            let detail = """
                There is no local value named \(local.name.goQuoted). An override file can only override a local value that was already \
                defined in a primary configuration file.
                """
            return refuse("Missing base local value definition to override", detail, local.range)
        }
        module.locals[local.name] = local
    }

    private mutating func overrideOutput(_ item: ConfigurationFile.Item<OutputDeclaration>) {
        let name = item.declaration.name
        guard let base = outputBlocks[name] else {
            let detail = """
                There is no output named \(name.goQuoted). An override file can only override an output that was already defined in a \
                primary configuration file.
                """
            return refuse("Missing base output definition to override", detail, item.declaration.range)
        }
        refuseDependencies(item.declaration.dependsOn)
        let merged = base.merged(with: item.block)
        outputBlocks[name] = merged
        module.outputs[name] = quietly { .decode(merged, isOverride: false, &$0) }
    }

    private mutating func overrideCall(_ item: ConfigurationFile.Item<ModuleCall>) {
        let name = item.declaration.name
        guard let base = callBlocks[name] else {
            let detail = """
                There is no module call named \(name.goQuoted). An override file can only override a module call that was defined in a primary \
                configuration file.
                """
            return refuse("Missing module call to override", detail, item.declaration.range)
        }
        refuseDependencies(item.declaration.dependsOn)
        let merged = base.merged(with: item.block)
        callBlocks[name] = merged
        module.moduleCalls[name] = quietly { .decode(merged, isOverride: false, &$0) }
    }

    private mutating func overrideResource(_ item: ConfigurationFile.Item<ResourceDeclaration>) {
        let address = item.declaration.address
        guard let base = resourceBlocks[address] else {
            // As in Terraform, nothing is said of an ephemeral one.
            if address.mode == .ephemeral { return }
            let (noun, block) = address.mode == .managed ? ("resource", "resource") : ("data resource", "data")
            let detail = """
                There is no \(address.type) \(noun) named \(address.name.goQuoted). An override file can only override a \(block) block \
                defined in a primary configuration file.
                """
            return refuse("Missing \(noun) to override", detail, item.declaration.range)
        }
        refuseDependencies(item.declaration.dependsOn)
        let merged = base.merged(with: item.block)
        resourceBlocks[address] = merged
        var resource = quietly { ResourceDeclaration.decode(merged, mode: address.mode, isOverride: false, &$0) }
        // Of this block alone, arguments are replaced one by one.
        if let lifecycle = base.lifecycle.map({ old in item.block.lifecycle.map { old.merged(with: $0) } ?? old }) {
            resource.lifecycle = quietly { .decode(lifecycle, of: address, isOverride: false, &$0) }
        }
        module.resources[address] = resource
    }

    private mutating func refuseDependencies(_ dependencies: [Traversal]) {
        guard let first = dependencies.first else { return }
        refuse("Unsupported override", "The depends_on argument may not be overridden.", first.range)
    }

    /// Decodes what has been decoded before, so that its mistakes are told already.
    private func quietly<Declaration>(_ decode: (inout Diagnostics) -> Declaration) -> Declaration {
        var told: Diagnostics = []
        return decode(&told)
    }
}

extension Block {
    /// The block with the body of another on top of its own.
    fileprivate func merged(with top: Block) -> Block {
        var merged = self
        merged.body = body.merged(with: top.body)
        return merged
    }

    fileprivate var lifecycle: Block? { body.partialContent(BodySchema(blocks: [.init("lifecycle")])).0.blocks.first }
}
