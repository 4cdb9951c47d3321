package import HCL

/// What the files of one directory declare: a module before anything in it is computed.
package struct ModuleConfiguration: Sendable {
    /// The directory, as diagnostics name its files: `.` or `modules/a`, relative to the root module.
    package var directory: String
    package var variables: [String: VariableDeclaration] = [:]
    package var locals: [String: LocalDeclaration] = [:]
    package var outputs: [String: OutputDeclaration] = [:]
    /// Managed, data and ephemeral ones; the data source nested in a `check` is here, too.
    package var resources: [ResourceAddress: ResourceDeclaration] = [:]
    package var moduleCalls: [String: ModuleCall] = [:]
    /// By local name and alias: `docker`, `docker.remote`.
    package var providers: [ProviderReference: ProviderDeclaration] = [:]
    /// By local name. Names that are used without being listed are not here: ``provider(named:)`` knows what they imply.
    package var requiredProviders: [String: RequiredProvider] = [:]
    package var requiredVersions: [VersionConstraint] = []
    package var checks: [String: CheckDeclaration] = [:]
    package var moves: [MovedDeclaration] = []
    package var removals: [RemovedDeclaration] = []
    package var imports: [ImportDeclaration] = []
    /// `backend` and `cloud` blocks, which an engine that is given its state does not use.
    package var backend: Block?

    package init(directory: String) { self.directory = directory }

    /// What a provider's local name stands for in this module.
    package func provider(named localName: String) -> ProviderAddress {
        requiredProviders[localName]?.address ?? .implied(by: localName)
    }
}

/// The whole configuration: the root module and what its calls lead to.
package struct Configuration: Sendable {
    package var modules: [ModuleAddress: ModuleConfiguration]
    /// The text of each file by the name that diagnostics use, for snippets.
    package var sources: [String: SourceFile]
    /// The root module's directory, absolute.
    package var rootDirectory: String
    /// The directories that modules from elsewhere were fetched to, absolute; what lies in them is part of the template.
    package var packages: Set<String> = []

    package init(modules: [ModuleAddress: ModuleConfiguration], sources: [String: SourceFile], rootDirectory: String) {
        self.modules = modules
        self.sources = sources
        self.rootDirectory = rootDirectory
    }

    package var root: ModuleConfiguration { modules[.root] ?? ModuleConfiguration(directory: ".") }
    package subscript(module: ModuleAddress) -> ModuleConfiguration? { modules[module] }

    package func resource(_ address: ConfiguredResourceAddress) -> ResourceDeclaration? {
        modules[address.module]?.resources[address.resource]
    }
}
