import HCL

/// Puts the files of a directory together to a module.
struct ModuleAssembly {
    private let address: ModuleAddress
    var module: ModuleConfiguration
    private var diagnostics: Diagnostics = []
    var variableBlocks: [String: Block] = [:]
    var outputBlocks: [String: Block] = [:]
    var resourceBlocks: [ResourceAddress: Block] = [:]
    var callBlocks: [String: Block] = [:]
    var providerBlocks: [ProviderReference: Block] = [:]
    private var requiredProvidersRange: SourceRange?
    private var cloud: Block?
    private var providerMetas: [String: Block] = [:]
    var requiredVersions: [(constraints: [VersionConstraint], range: SourceRange)] = []

    init(directory: String, address: ModuleAddress) {
        self.address = address
        module = ModuleConfiguration(directory: directory)
    }

    /// Files that override come last.
    mutating func add(_ file: ConfigurationFile, isOverride: Bool) {
        if isOverride { return override(with: file) }
        requiredVersions += file.settings.requiredVersions
        addSettings(file.settings)
        for item in file.variables { addVariable(item) }
        for local in file.locals { addLocal(local) }
        for item in file.outputs { addOutput(item) }
        for item in file.resources { addResource(item.declaration, item.block) }
        for resource in file.checkResources { addResource(resource, nil) }
        for item in file.moduleCalls { addCall(item) }
        for item in file.providers { addProvider(item) }
        for check in file.checks { addCheck(check) }
        module.moves += file.moves
        module.removals += file.removals
        module.imports += file.imports
    }

    /// The module, when all files are in it.
    mutating func finish(_ found: inout Diagnostics) -> ModuleConfiguration {
        found += diagnostics
        module.requiredVersions = requiredVersions.flatMap(\.constraints)
        if !found.hasErrors { checkVersion(&found) }
        return module
    }

    private func checkVersion(_ found: inout Diagnostics) {
        for (constraints, range) in requiredVersions where !constraints.allows(.terraform) {
            let subject = address.isRoot ? "This configuration" : "Module \(address) (from \(module.directory))"
            let detail = """
                \(subject) does not support Terraform version \(SemanticVersion.terraform). To proceed, either choose another supported \
                Terraform version or update this version constraint. Version constraints are normally set for good reason, so updating the \
                constraint may lead to other errors or unexpected behavior.
                """
            found.append(.error("Unsupported Terraform Core version", detail, subject: range))
        }
    }

    mutating func refuse(_ summary: String, _ detail: String, _ range: SourceRange) {
        diagnostics.append(.error(summary, detail, subject: range))
    }

    private mutating func addVariable(_ item: ConfigurationFile.Item<VariableDeclaration>) {
        let variable = item.declaration
        if let first = module.variables[variable.input.name] {
            let detail = """
                A variable named \(variable.input.name.goQuoted) was already declared at \(first.range). Variable names must be unique within \
                a module.
                """
            return refuse("Duplicate variable declaration", detail, variable.range)
        }
        module.variables[variable.input.name] = variable
        variableBlocks[variable.input.name] = item.block
    }

    private mutating func addLocal(_ local: LocalDeclaration) {
        if let first = module.locals[local.name] {
            let detail = """
                A local value named \(local.name.goQuoted) was already defined at \(first.range). Local value names must be unique within a \
                module.
                """
            return refuse("Duplicate local value definition", detail, local.range)
        }
        module.locals[local.name] = local
    }

    private mutating func addOutput(_ item: ConfigurationFile.Item<OutputDeclaration>) {
        let output = item.declaration
        if let first = module.outputs[output.name] {
            let detail =
                "An output named \(output.name.goQuoted) was already defined at \(first.range). Output names must be unique within a module."
            return refuse("Duplicate output definition", detail, output.range)
        }
        module.outputs[output.name] = output
        outputBlocks[output.name] = item.block
    }

    private mutating func addResource(_ resource: ResourceDeclaration, _ block: Block?) {
        let address = resource.address
        if let first = module.resources[address] {
            let (mode, noun) =
                switch address.mode {
                case .managed: ("resource", "resource")
                case .data: ("data", "data resource")
                case .ephemeral: ("ephemeral", "ephemeral resource")
                }
            let detail = """
                A \(address.type) \(noun) named \(address.name.goQuoted) was already declared at \(first.range). Resource names must be unique \
                per type in each module.
                """
            return refuse("Duplicate \(mode) \(address.type.goQuoted) configuration", detail, resource.range)
        }
        module.resources[address] = resource
        resourceBlocks[address] = block
    }

    private mutating func addCall(_ item: ConfigurationFile.Item<ModuleCall>) {
        let call = item.declaration
        if let first = module.moduleCalls[call.name] {
            let detail = """
                A module call named \(call.name.goQuoted) was already defined at \(first.range). Module calls must have unique names within a \
                module.
                """
            return refuse("Duplicate module call", detail, call.range)
        }
        module.moduleCalls[call.name] = call
        callBlocks[call.name] = item.block
    }

    private mutating func addProvider(_ item: ConfigurationFile.Item<ProviderDeclaration>) {
        let provider = item.declaration
        let name = provider.reference.localName.goQuoted
        if let first = module.providers[provider.reference] {
            let detail =
                if let alias = provider.reference.alias {
                    """
                    A provider configuration for \(name) with alias \(alias.goQuoted) was already given at \(first.range). Each configuration \
                    for the same provider must have a distinct alias.
                    """
                } else {
                    """
                    A default (non-aliased) provider configuration for \(name) was already given at \(first.range). If multiple \
                    configurations are required, set the "alias" argument for alternative configurations.
                    """
                }
            return refuse("Duplicate provider configuration", detail, provider.range)
        }
        module.providers[provider.reference] = provider
        providerBlocks[provider.reference] = item.block
    }

    private mutating func addCheck(_ check: CheckDeclaration) {
        if let first = module.checks[check.name] {
            let detail =
                "A check block named \(check.name.goQuoted) was already declared at \(first.range). Check blocks must be unique within each module."
            return refuse("Duplicate check \(check.name.goQuoted) configuration", detail, check.range)
        }
        module.checks[check.name] = check
    }

    private mutating func addSettings(_ settings: TerraformSettings) {
        for (providers, range) in settings.requiredProviders {
            if let first = requiredProvidersRange {
                let detail = """
                    A module may have only one required providers configuration. The required providers were previously configured at \
                    \(first).
                    """
                refuse("Duplicate required providers configuration", detail, range)
                continue
            }
            requiredProvidersRange = range
            module.requiredProviders = providers
        }
        for backend in settings.backends {
            if let first = module.backend {
                let detail =
                    "A module may have only one backend configuration. The backend was previously configured at \(first.headerRange)."
                refuse("Duplicate backend configuration", detail, backend.headerRange)
                continue
            }
            module.backend = backend
        }
        for block in settings.clouds {
            if let first = cloud {
                let detail =
                    "A module may have only one 'cloud' block configuring HCP Terraform. The 'cloud' block was previously configured at \(first.headerRange)."
                refuse("Duplicate HCP Terraform configurations", detail, block.headerRange)
                continue
            }
            cloud = block
        }
        if let cloud, let backend = module.backend, !(settings.clouds.isEmpty && settings.backends.isEmpty) {
            // The misspelling is Terraform's.
            let detail = """
                A module may declare either one 'cloud' block OR one 'backend' block configuring a state backend. The 'cloud' block is \
                configured at \(cloud.headerRange); a backend is configured at \(backend.headerRange). Remove the backend block to configure \
                HCP Terraform or Terraform Enteprise.
                """
            refuse("Both a backend and cloud configuration are present", detail, backend.headerRange)
        }
        for meta in settings.providerMetas {
            let name = meta.labels[0]
            if let first = providerMetas[name] {
                let detail = """
                    A provider_meta block for provider \(name.goQuoted) was already declared at \(first.headerRange). Providers may only have \
                    one provider_meta block per module.
                    """
                refuse("Duplicate provider_meta block", detail, meta.headerRange)
                continue
            }
            providerMetas[name] = meta
        }
    }
}
