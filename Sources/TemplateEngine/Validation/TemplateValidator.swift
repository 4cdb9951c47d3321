package import HCL
package import TemplateConfiguration
package import TemplateEvaluation

/// Finds what is wrong with a configuration whatever its variables are: what `terraform validate` finds after loading it.
///
/// Needs a deep stack, as every evaluation does.
package struct TemplateValidator {
    private let context: ValidationContext
    /// The configuration's graph.
    private let graph: @Sendable () -> ConfigurationGraph

    /// - Parameters:
    ///   - allowedRoot: what file functions may read; nil for everything.
    ///   - passesOverMissingProviders: whether that a provider is not there is a warning, and everything that needs no schema of it
    ///     is judged nevertheless; otherwise it is an error.
    ///   - shortensLogic: whether `a || b` may be decided by `a` alone, as since Terraform 1.12.
    ///   - graph: gives the configuration's graph, if somebody else needs it, too.
    package init(
        configuration: Configuration, catalog: ProviderCatalog, allowedRoot: String? = nil, passesOverMissingProviders: Bool = false,
        shortensLogic: Bool = true, graph: (@Sendable () -> ConfigurationGraph)? = nil
    ) {
        self.graph = graph ?? { ConfigurationGraph(configuration, catalog) }
        context = ValidationContext(
            configuration: configuration, catalog: catalog, callable: catalog.functions(in: configuration), allowedRoot: allowedRoot,
            passesOverMissingProviders: passesOverMissingProviders, shortensLogic: shortensLogic)
    }

    /// Everything that is wrong. What only follows from something else that is told is left out.
    package func validate() -> Diagnostics {
        let rules = DeclarationRules(context: context)
        let declarations = rules.diagnostics
        if declarations.hasErrors { return declarations }
        let missing = RequiredPlugins(context: context).diagnostics
        if missing.hasErrors { return missing }
        let calls = ModuleArguments(context: context).diagnostics + ProviderPresence(context: context).diagnostics
        if calls.hasErrors { return calls }
        let imports = rules.missingImportTargets
        if imports.hasErrors { return imports }
        let graph = graph()
        let cycles = graph.cycleDiagnostics
        if cycles.hasErrors { return cycles }
        var walk = ValidationWalk(context: context, graph: graph)
        return missing + walk.run()
    }
}

/// What a validation is about.
struct ValidationContext {
    let configuration: Configuration
    let catalog: ProviderCatalog
    /// What expressions can call, by module.
    let callable: [ModuleAddress: [String: Function]]
    var allowedRoot: String?
    var passesOverMissingProviders = false
    var shortensLogic = true

    /// Modules by their addresses' text: what is told comes in this order.
    var modules: [(address: ModuleAddress, module: ModuleConfiguration)] {
        configuration.modules.sorted(byText: \.key.description).map { ($0.key, $0.value) }
    }
}

extension ModuleConfiguration {
    /// Ordered by their addresses.
    var sortedResources: [ResourceDeclaration] {
        resources.values.sorted(byText: \.address.description)
    }
}
