import HCL

/// Checks what calls pass to the providers of modules, once all modules are loaded.
struct ProviderPassing {
    private let configuration: Configuration
    private(set) var diagnostics: Diagnostics = []

    init(_ configuration: Configuration) { self.configuration = configuration }

    /// - Parameter refusal: where a call around the module says that there are several of it, or that it waits for others.
    mutating func check(_ address: ModuleAddress = .root, refusal: SourceRange? = nil) {
        guard let module = configuration[address] else { return }
        for call in module.moduleCalls.values.sorted(by: { $0.name < $1.name }) {
            let own = call.repetition.expression?.range ?? call.dependsOn.first?.range
            check(address.child(call.name), refusal: own ?? refusal)
            if let child = configuration[address.child(call.name)] {
                check(call, of: module, to: child, at: address.child(call.name), refusal: own ?? refusal)
            }
        }
    }

    private mutating func check(
        _ call: ModuleCall, of parent: ModuleConfiguration, to child: ModuleConfiguration, at address: ModuleAddress, refusal: SourceRange?
    ) {
        let configured = child.providers.values.filter(\.isConfigured).sorted { $0.range.start < $1.range.start }
        if let refusal, !configured.isEmpty {
            let detail = """
                The module at \(address) is a legacy module which contains its own local provider configurations, and so calls to it may not \
                use the count, for_each, or depends_on arguments.

                If you also control the module \(call.source.goQuoted), consider updating this module to instead expect provider \
                configurations to be passed by its caller.
                """
            refuse("Module is incompatible with count, for_each, and depends_on", detail, refusal)
        }
        let parentText = address.parent.map { $0.isRoot ? "the root module" : "\($0)" } ?? "the root module"
        for provider in configured {
            guard let passed = call.providers.first(where: { $0.inner == provider.reference }) else { continue }
            let detail = """
                The configuration of \(address) has its own local configuration for \(provider.reference), and so it cannot accept an \
                overridden configuration provided by \(parentText).
                """
            refuse("Cannot override provider configuration", detail, passed.inner.range ?? call.range)
        }
        let isConfigured = Set(configured.map(\.reference))
        for required in child.requiredProviders.values.sorted(by: { $0.localName < $1.localName }) {
            for alias in required.configurationAliases where !isConfigured.contains(alias) {
                if call.providers.contains(where: { $0.inner == alias }) { continue }
                let detail = """
                    The child module requires an additional configuration for provider \(required.address.displayName), with the local name \
                    \("\(alias)".goQuoted).

                    Refer to the module's documentation to understand the intended purpose of this additional provider configuration, and \
                    then add an entry for \(alias) in the "providers" meta-argument in the module block to choose which provider \
                    configuration the module should use for that purpose.
                    """
                refuse("Missing required provider configuration", detail, call.range)
            }
        }
    }

    private mutating func refuse(_ summary: String, _ detail: String, _ range: SourceRange) {
        diagnostics.append(.error(summary, detail, subject: range))
    }
}

extension ProviderDeclaration {
    /// Whether anything is in the block; an empty one only says that the provider is there.
    fileprivate var isConfigured: Bool { !versions.isEmpty || body.content(BodySchema()).1.hasErrors }
}
