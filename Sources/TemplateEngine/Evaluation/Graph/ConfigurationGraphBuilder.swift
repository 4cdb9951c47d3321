import HCL
import ProviderKit
import TemplateConfiguration

/// Finds the edges of a ``ConfigurationGraph``.
struct ConfigurationGraphBuilder {
    let configuration: Configuration
    let catalog: ProviderCatalog
    private(set) var dependencies: [ConfigurationNode: Set<ConfigurationNode>] = [:]

    init(configuration: Configuration, catalog: ProviderCatalog) {
        self.configuration = configuration
        self.catalog = catalog
    }

    mutating func build() {
        for (address, module) in configuration.modules {
            addValues(module, address)
            for resource in module.resources.values { add(resource, module, address) }
            for provider in module.providers.values { add(provider, module, address) }
            for call in module.moduleCalls.values { add(call, address) }
        }
        closeModules()
        for (node, needed) in dependencies where needed.contains(node) { dependencies[node]?.remove(node) }
    }

    private mutating func add(_ node: ConfigurationNode, _ needed: Set<ConfigurationNode>) {
        var needed = needed
        if !node.scope.isRoot { needed.insert(.module(node.scope)) }
        dependencies[node, default: []].formUnion(needed)
    }

    private mutating func addValues(_ module: ModuleConfiguration, _ address: ModuleAddress) {
        for (name, variable) in module.variables {
            add(.variable(address, name), arguments(name, address))
            guard !variable.validations.isEmpty else { continue }
            let references = variable.validations.flatMap(\.references)
            // The rules are about the variable: that they name it is no dependency on its judgement.
            add(.validation(address, name), nodes(references, address).union([.variable(address, name)]))
        }
        for (name, local) in module.locals { add(.local(address, name), nodes(local.expression.traversals(), address)) }
        for (name, output) in module.outputs {
            let references = (output.value?.traversals() ?? []) + output.preconditions.flatMap(\.references)
            add(.output(address, name), nodes(references, address).union(wholes(output.dependsOn, address)))
        }
        for (name, check) in module.checks { add(.check(address, name), nodes(check.asserts.flatMap(\.references), address)) }
    }

    /// What the argument for a variable needs, in the module that calls.
    private func arguments(_ name: String, _ module: ModuleAddress) -> Set<ConfigurationNode> {
        guard let parent = module.parent, let call = module.calls.last.flatMap({ configuration[parent]?.moduleCalls[$0] }) else {
            return []
        }
        let attribute = call.body.partialContent(BodySchema(attributes: [.init(name)])).0.attributes[name]
        return nodes(attribute?.expression.traversals() ?? [], parent)
    }

    private mutating func add(_ resource: ResourceDeclaration, _ module: ModuleConfiguration, _ address: ModuleAddress) {
        let node = ConfigurationNode.resource(ConfiguredResourceAddress(address, resource.address))
        var references =
            catalog.schema(of: resource, in: module)?.block.traversals(of: resource.body) ?? SchemalessBody(resource.body).traversals
        references += resource.repetition.expression?.traversals() ?? []
        references += resource.lifecycle.replaceTriggeredBy.flatMap { $0.traversals() }
        references += (resource.lifecycle.preconditions + resource.lifecycle.postconditions).flatMap(\.references)
        for provisioner in resource.provisioners {
            references += catalog.provisioners[provisioner.type]?.schema.traversals(of: provisioner.body) ?? []
            for connection in [resource.connection, provisioner.connection].compactMap(\.self) {
                references += connection.body.justAttributes().0.flatMap { $0.expression.traversals() }
            }
        }
        var needed = nodes(references, address).union(wholes(resource.dependsOn, address))
        if let provider = configuration.providerConfiguration(of: resource.providerReference, in: address) {
            needed.insert(.provider(provider))
        }
        add(node, needed)
    }

    private mutating func add(_ provider: ProviderDeclaration, _ module: ModuleConfiguration, _ address: ModuleAddress) {
        let source = module.provider(named: provider.reference.localName)
        let references = catalog[source]?.schema.block.traversals(of: provider.body) ?? SchemalessBody(provider.body).traversals
        let node = ProviderConfigurationAddress(address, source, alias: provider.reference.alias)
        add(.provider(node), nodes(references, address))
    }

    private mutating func add(_ call: ModuleCall, _ address: ModuleAddress) {
        let references = nodes(call.repetition.expression?.traversals() ?? [], address)
        add(.module(address.child(call.name)), references.union(wholes(call.dependsOn, address)))
    }

    private mutating func closeModules() {
        for address in configuration.modules.keys where !address.isRoot { dependencies[.moduleEnd(address)] = [.module(address)] }
        for node in dependencies.keys {
            let end = ConfigurationNode.moduleEnd(node.scope)
            if node != end, dependencies[end] != nil { dependencies[end]?.insert(node) }
            if case .moduleEnd(let module) = node, let parent = module.parent, dependencies[.moduleEnd(parent)] != nil {
                dependencies[.moduleEnd(parent)]?.insert(node)
            }
        }
        // A provider is nobody's dependency if no block configures it.
        let known = Set(dependencies.keys)
        for node in known { dependencies[node]?.formIntersection(known) }
    }

    /// What values of these references need.
    private func nodes(_ traversals: [Traversal], _ module: ModuleAddress) -> Set<ConfigurationNode> {
        var found: Set<ConfigurationNode> = []
        for traversal in traversals {
            guard let subject = Reference.parse(traversal).0?.subject else { continue }
            switch subject {
            case .input(let name): found.formUnion([.variable(module, name), .validation(module, name)])
            case .local(let name): found.insert(.local(module, name))
            case .resource(let address), .resourceInstance(let address, _):
                found.insert(.resource(ConfiguredResourceAddress(module, address)))
            case .module(let name), .moduleInstance(let name, _):
                found.formUnion(outputs(of: module.child(name)).union([.moduleEnd(module.child(name))]))
            case .moduleOutput(let name, _, let output):
                let child = module.child(name)
                let isDeclared = configuration[child]?.outputs[output] != nil
                found.formUnion(isDeclared ? [.output(child, output)] : outputs(of: child))
            case .path, .terraform, .count, .each, .ownObject: break
            }
        }
        return found
    }

    private func outputs(of module: ModuleAddress) -> Set<ConfigurationNode> {
        Set((configuration[module]?.outputs.keys ?? [:].keys).map { .output(module, $0) }).union([.module(module)])
    }

    /// What `depends_on` needs: of a module, everything.
    private func wholes(_ traversals: [Traversal], _ module: ModuleAddress) -> Set<ConfigurationNode> {
        var found = nodes(traversals, module)
        for traversal in traversals {
            switch Reference.parse(traversal).0?.subject {
            case .module(let name), .moduleInstance(let name, _), .moduleOutput(let name, _, _):
                found.insert(.moduleEnd(module.child(name)))
            default: break
            }
        }
        return found
    }
}

extension CheckRule {
    /// What condition and message refer to.
    fileprivate var references: [Traversal] { condition.traversals() + errorMessage.traversals() }
}
