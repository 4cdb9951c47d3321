import HCL

/// Checks what calls pass to the providers of modules, once all modules are loaded.
struct ProviderPassing {
    private let configuration: Configuration
    private(set) var diagnostics: Diagnostics = []

    init(_ configuration: Configuration) { self.configuration = configuration }

    /// - Parameter refusal: where a call around the module says that there are several of it, or that it waits for others.
    mutating func check(_ address: ModuleAddress = .root, refusal: SourceRange? = nil) {
        guard let module = configuration[address] else { return }
        if !address.isRoot { warnOfEmptyBlocks(in: module, at: address) }
        for call in module.moduleCalls.values.sorted(by: { $0.name < $1.name }) {
            checkNames(call, in: module, at: address)
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
            refuse("Cannot override provider configuration", detail, passed.inner.nameRange ?? call.range)
        }
        checkTypes(call, of: parent, to: child, at: address, parentText)
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

    /// Tells of providers that are passed under names that the calling module does not declare.
    private mutating func checkNames(_ call: ModuleCall, in module: ModuleConfiguration, at address: ModuleAddress) {
        let place = address.isRoot ? "the root module" : "\(address)"
        for (_, outer) in call.providers where outer.alias == nil {
            let name = outer.localName.goQuoted
            if module.requiredProviders[outer.localName] != nil || module.providers[outer]?.isConfigured == true { continue }
            let source = ProviderAddress.implied(by: outer.localName).displayName.goQuoted
            let detail = """
                There is no explicit declaration for local provider name \(name) in \(place), so Terraform is assuming you mean to pass a \
                configuration for provider \(source).

                To clarify your intent and silence this warning, add to \(place) a required_providers entry named \(name) with source = \
                \(source), or a different source address if appropriate.
                """
            diagnostics.append(Diagnostic(.warning, "Reference to undefined provider", detail, subject: outer.nameRange))
        }
    }

    /// Tells of blocks that only say that a provider is there, as it was done long ago.
    private mutating func warnOfEmptyBlocks(in module: ModuleConfiguration, at address: ModuleAddress) {
        let empty = Dictionary(grouping: module.providers.values.filter { !$0.isConfigured }, by: \.reference.localName)
        for (name, blocks) in empty.sorted(by: { $0.key < $1.key }) {
            var entry = "    \(name) = {\n      source = \(module.provider(named: name).displayName.goQuoted)\n"
            let names = blocks.map(\.reference.description).sorted()
            if names != [name] {
                entry += "      configuration_aliases = [\n" + names.map { "        \($0),\n" }.joined() + "      ]\n"
            }
            let detail = """
                Earlier versions of Terraform used empty provider blocks ("proxy provider configurations") for child modules to declare their \
                need to be passed a provider configuration by their callers. That approach was ambiguous and is now deprecated.

                If you control this module, you can migrate to the new declaration syntax by removing all of the empty provider \
                \(name.goQuoted) blocks and then adding or updating an entry like the following to the required_providers block of \(address):
                \(entry)    }
                """
            let range = blocks.map(\.range).min { ($0.file, $0.start) < ($1.file, $1.start) }
            diagnostics.append(Diagnostic(.warning, "Redundant empty provider block", detail, subject: range))
        }
    }

    /// Tells of configurations that the module has no place for.
    private mutating func checkTypes(
        _ call: ModuleCall, of parent: ModuleConfiguration, to child: ModuleConfiguration, at address: ModuleAddress, _ parentText: String
    ) {
        for (inner, outer) in call.providers {
            let requirement = child.requiredProviders[inner.localName]
            let isRequired = inner.alias == nil ? requirement != nil : requirement?.configurationAliases.contains(inner) == true
            let isEmpty = child.providers[inner].map { !$0.isConfigured } ?? false
            let wanted = isRequired ? child.provider(named: inner.localName) : .implied(by: inner.localName)
            if !isRequired && !isEmpty {
                let name = "\(inner)".goQuoted
                let detail = """
                    There is no explicit declaration for local provider name \(name) in \(address), so Terraform is assuming you mean to pass a \
                    configuration for \(wanted.displayName.goQuoted).

                    If you also control the child module, add a required_providers entry named \(name) with the source address \
                    \(wanted.displayName.goQuoted).
                    """
                diagnostics.append(Diagnostic(.warning, "Reference to undefined provider", detail, subject: inner.nameRange))
            }
            let given = parent.provider(named: outer.localName)
            if wanted == given { continue }
            let other = child.requiredProviders.values.filter { $0.address == given }.map(\.localName).min()
            if let other {
                let detail = """
                    The assigned configuration is for provider \(given.displayName.goQuoted), but local name \(inner.localName.goQuoted) in \
                    \(parentText) represents \(wanted.displayName.goQuoted).

                    To pass this configuration to the child module, use the local name \(other.goQuoted) instead.
                    """
                refuse("Provider type mismatch", detail, inner.nameRange ?? call.range)
            } else {
                let detail = """
                    The local name \("\(outer)".goQuoted) in \(parentText) represents provider \(given.displayName.goQuoted), but \
                    \("\(inner)".goQuoted) in \(address) represents \(wanted.displayName.goQuoted).

                    Each provider has its own distinct configuration schema and provider types, so this module's \("\(inner)".goQuoted) can be \
                    assigned only a configuration for \(wanted.displayName), which is not required by \(address).
                    """
                refuse("Provider type mismatch", detail, outer.nameRange ?? call.range)
            }
        }
    }

    private mutating func refuse(_ summary: String, _ detail: String, _ range: SourceRange) {
        diagnostics.append(.error(summary, detail, subject: range))
    }
}

extension ProviderReference {
    /// The local name, without the alias.
    fileprivate var nameRange: SourceRange? {
        range.map { range in
            var name = range
            name.end.column = min(name.end.column, name.start.column + localName.count)
            name.end.byte = min(name.end.byte, name.start.byte + localName.utf8.count)
            return name
        }
    }
}

extension ProviderDeclaration {
    /// Whether anything is in the block; an empty one only says that the provider is there.
    fileprivate var isConfigured: Bool { !versions.isEmpty || body.content(BodySchema()).1.hasErrors }
}
