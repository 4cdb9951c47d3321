import HCL
package import TemplateConfiguration

/// What refers to what in a configuration, as its text says, before anything is computed.
///
/// Needs no schema, so that it is there for types that nobody here knows.
package struct ConfigurationReferences: Sendable {
    /// Something that can refer, and be referred to.
    package enum Vertex: Hashable, Sendable {
        case resource(ConfiguredResourceAddress)
        case variable(ModuleAddress, String)
        case local(ModuleAddress, String)
        case output(ModuleAddress, String)
        /// The call of a module: its `count`, `for_each` and `depends_on`.
        case call(ModuleAddress)
        case provider(ModuleAddress, ProviderReference)

        /// Nil for all but resources.
        package var resource: ConfiguredResourceAddress? { if case .resource(let address) = self { address } else { nil } }
    }

    private let configuration: Configuration
    /// What each thing refers to, in the order of the text.
    package private(set) var edges: [Vertex: [Vertex]] = [:]

    package init(_ configuration: Configuration) {
        self.configuration = configuration
        for (address, module) in configuration.modules { gather(module, address) }
        for (vertex, ends) in edges {
            var seen: Set<Vertex> = [vertex]
            edges[vertex] = ends.filter { seen.insert($0).inserted }
        }
    }

    /// How far resources are from each other.
    package var distances: DependencyDistances { DependencyDistances(edges: edges) { $0.resource } }

    /// What the attributes by which a resource belongs to another one name.
    package var targets: [ConfiguredResourceAddress: [String: [ResourceSet.Target]]] {
        var all: [ConfiguredResourceAddress: [String: [ResourceSet.Target]]] = [:]
        for (address, module) in configuration.modules {
            for resource in module.resources.values {
                var found: [String: [ResourceSet.Target]] = [:]
                for attribute in resource.body.attributes where ResourceSet.bindingAttributes.contains(attribute.name) {
                    var seen: Set<Vertex> = []
                    let targets = targets(of: attribute.expression, in: address, &seen).mostExact
                    if !targets.isEmpty { found[attribute.name] = targets }
                }
                if !found.isEmpty { all[ConfiguredResourceAddress(address, resource.address)] = found }
            }
        }
        return all
    }

    private func targets(of expression: Expression, in module: ModuleAddress, _ seen: inout Set<Vertex>) -> [ResourceSet.Target] {
        var found: [ResourceSet.Target] = []
        for subject in expression.traversals().compactMap({ Reference.parse($0).0?.subject }) {
            if case .resourceInstance(let address, let key) = subject {
                found.append(ResourceSet.Target(ConfiguredResourceAddress(module, address), key))
                continue
            }
            for vertex in vertices(subject, in: module) {
                switch vertex {
                case .resource(let address): found.append(ResourceSet.Target(address))
                case .local, .variable, .output:
                    guard seen.insert(vertex).inserted, let (next, place) = self.expression(of: vertex) else { continue }
                    found += targets(of: next, in: place, &seen)
                case .call, .provider: continue
                }
            }
        }
        return found
    }

    /// What gives a thing its value, and the module in whose words that is said.
    private func expression(of vertex: Vertex) -> (Expression, ModuleAddress)? {
        switch vertex {
        case .local(let module, let name): configuration[module]?.locals[name].map { ($0.expression, module) }
        case .output(let module, let name): configuration[module]?.outputs[name]?.value.map { ($0, module) }
        case .variable(let module, let name):
            module.parent.flatMap { parent in call(of: module)?.body.attribute(name).map { ($0.expression, parent) } }
        case .resource, .call, .provider: nil
        }
    }

    private func call(of module: ModuleAddress) -> ModuleCall? {
        guard let parent = module.parent, let name = module.calls.last else { return nil }
        return configuration[parent]?.moduleCalls[name]
    }

    // MARK: - Gathering

    private mutating func gather(_ module: ModuleConfiguration, _ address: ModuleAddress) {
        if let call = call(of: address), let parent = address.parent {
            edges[.call(address)] =
                vertices(call.dependsOn + (call.repetition.expression?.traversals() ?? []), in: parent)
                + (parent.isRoot ? [] : [.call(parent)])
        }
        for variable in module.variables.keys {
            let vertex = Vertex.variable(address, variable)
            edges[vertex] = expression(of: vertex).map { vertices($0.0.traversals(), in: $0.1) } ?? []
        }
        for local in module.locals.values { edges[.local(address, local.name)] = vertices(local.expression.traversals(), in: address) }
        for output in module.outputs.values {
            let conditions = output.preconditions.flatMap { $0.condition.traversals() + $0.errorMessage.traversals() }
            edges[.output(address, output.name)] = vertices(
                (output.value?.traversals() ?? []) + output.dependsOn + conditions, in: address)
        }
        for (reference, provider) in module.providers {
            edges[.provider(address, reference)] = vertices(provider.body.allTraversals, in: address)
        }
        for resource in module.resources.values {
            var ends = vertices(resource.allTraversals, in: address)
            if !address.isRoot { ends.append(.call(address)) }
            let provider = ProviderReference(localName: resource.providerReference.localName, alias: resource.providerReference.alias)
            if let owner = providerOwner(provider, address) { ends.append(owner) }
            edges[.resource(ConfiguredResourceAddress(address, resource.address))] = ends
        }
    }

    /// The `provider` block that a resource of a module uses, here or in a module around; nil if none is written.
    private func providerOwner(_ provider: ProviderReference, _ module: ModuleAddress) -> Vertex? {
        if configuration[module]?.providers[provider] != nil { return .provider(module, provider) }
        guard let parent = module.parent, let call = call(of: module) else { return nil }
        let outer = call.providers.first { $0.inner == provider }?.outer ?? provider
        return providerOwner(outer, parent)
    }

    private func vertices(_ traversals: [Traversal], in module: ModuleAddress) -> [Vertex] {
        traversals.compactMap { Reference.parse($0).0?.subject }.flatMap { vertices($0, in: module) }
    }

    /// What a reference leads to; nothing for what is not there.
    private func vertices(_ subject: Reference.Subject, in module: ModuleAddress) -> [Vertex] {
        guard let here = configuration[module] else { return [] }
        switch subject {
        case .input(let name): return here.variables[name] == nil ? [] : [.variable(module, name)]
        case .local(let name): return here.locals[name] == nil ? [] : [.local(module, name)]
        case .resource(let address), .resourceInstance(let address, _):
            return here.resources[address] == nil ? [] : [.resource(ConfiguredResourceAddress(module, address))]
        case .moduleOutput(let name, _, let output):
            return configuration[module.child(name)]?.outputs[output] == nil ? [] : [.output(module.child(name), output)]
        case .module(let name), .moduleInstance(let name, _):
            let child = module.child(name)
            guard let content = configuration[child] else { return [] }
            // The module as a whole: what it gives, and what it has.
            return content.outputs.keys.sorted().map { .output(child, $0) }
                + content.resources.keys.sorted { $0.description < $1.description }.map { .resource(ConfiguredResourceAddress(child, $0)) }
                + content.moduleCalls.keys.sorted().flatMap { vertices(.module($0), in: child) }
        case .path, .terraform, .count, .each, .ownObject: return []
        }
    }
}

extension ResourceDeclaration {
    /// Everything that the block refers to.
    fileprivate var allTraversals: [Traversal] {
        let conditions = (lifecycle.preconditions + lifecycle.postconditions).flatMap {
            $0.condition.traversals() + $0.errorMessage.traversals()
        }
        let blocks = provisioners.flatMap { [$0.body] + ($0.connection.map { [$0.body] } ?? []) } + (connection.map { [$0.body] } ?? [])
        return body.allTraversals + (repetition.expression?.traversals() ?? []) + dependsOn
            + lifecycle.replaceTriggeredBy.flatMap { $0.traversals() } + conditions + blocks.flatMap(\.allTraversals)
    }
}

extension Body {
    /// Every name in the body and the blocks in it; those that `dynamic` blocks make are none.
    fileprivate var allTraversals: [Traversal] {
        attributes.flatMap { $0.expression.traversals() }
            + blocks.flatMap { block in
                let inner = block.body.allTraversals
                guard block.type == "dynamic" else { return inner }
                let iterator = block.body.attribute("iterator")?.expression.keyword ?? block.labels.first
                return inner.filter { $0.root != iterator }
            }
    }
}
