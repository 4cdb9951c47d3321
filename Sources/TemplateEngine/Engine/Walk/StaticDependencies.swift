import HCL
import ProviderKit
import Synchronization
import TemplateConfiguration
import TemplateEvaluation

/// Which resources depend on which, as the text of a configuration says, before anything is computed.
final class StaticDependencies: Sendable {
    private let configuration: Configuration
    private let catalog: ProviderCatalog
    private let cache = Mutex(Cache())

    private struct Cache {
        var direct: [ConfiguredResourceAddress: Set<ConfiguredResourceAddress>] = [:]
        var all: [ConfiguredResourceAddress: Set<ConfiguredResourceAddress>] = [:]
        /// Made when it is first asked for.
        var graph: ConfigurationGraph?
        var creatingFirst: Set<ConfiguredResourceAddress>?
    }

    init(configuration: Configuration, catalog: ProviderCatalog) {
        self.configuration = configuration
        self.catalog = catalog
    }

    var graph: ConfigurationGraph {
        if let graph = cache.withLock({ $0.graph }) { return graph }
        let graph = ConfigurationGraph(configuration, catalog)
        cache.withLock { $0.graph = graph }
        return graph
    }

    /// Everything that a resource needs, also indirectly; by address.
    func dependencies(of resource: ConfiguredResourceAddress) -> [ConfiguredResourceAddress] {
        all(of: resource).subtracting([resource]).sorted(byText: \.description)
    }

    /// Whether a replacement is made before the old object goes: because it says so, or something that needs it does.
    func createsBeforeDestroying(_ resource: ConfiguredResourceAddress) -> Bool {
        if let known = cache.withLock({ $0.creatingFirst }) { return known.contains(resource) }
        var found: Set<ConfiguredResourceAddress> = []
        for (module, content) in configuration.modules {
            for declaration in content.resources.values where declaration.lifecycle.createBeforeDestroy == true {
                let address = ConfiguredResourceAddress(module, declaration.address)
                found.insert(address)
                found.formUnion(all(of: address))
            }
        }
        let result = found
        cache.withLock { $0.creatingFirst = result }
        return result.contains(resource)
    }

    /// What `depends_on` of a resource, and of the module calls around it, names.
    func explicitDependencies(of resource: ConfiguredResourceAddress) -> Set<ConfiguredResourceAddress> {
        var found = named(configuration.resource(resource)?.dependsOn ?? [], in: resource.module)
        var module = resource.module
        while let parent = module.parent, let call = module.calls.last {
            found.formUnion(named(configuration[parent]?.moduleCalls[call]?.dependsOn ?? [], in: parent))
            module = parent
        }
        return found
    }

    /// Everything that the block of a resource refers to.
    func references(of declaration: ResourceDeclaration, _ schema: BlockSchema) -> [Reference.Subject] {
        let lifecycle = declaration.lifecycle
        var traversals = schema.traversals(of: declaration.body) + (declaration.repetition.expression?.traversals() ?? [])
        traversals += lifecycle.replaceTriggeredBy.flatMap { $0.traversals() }
        traversals += (lifecycle.preconditions + lifecycle.postconditions).flatMap(\.traversals)
        for provisioner in declaration.provisioners where provisioner.when == .create {
            traversals += catalog.provisioners[provisioner.type]?.schema.traversals(of: provisioner.body) ?? []
            traversals += [declaration.connection, provisioner.connection].compactMap(\.self).flatMap {
                ConnectionSchema.block.traversals(of: $0.body)
            }
        }
        return traversals.compactMap { Reference.parse($0).0?.subject }
    }

    private func all(of resource: ConfiguredResourceAddress) -> Set<ConfiguredResourceAddress> {
        if let known = cache.withLock({ $0.all[resource] }) { return known }
        // Stands there while it is computed, so that a cycle, which validation reports, ends.
        cache.withLock { $0.all[resource] = [] }
        var result: Set<ConfiguredResourceAddress> = []
        for dependency in direct(of: resource) where dependency != resource {
            result.insert(dependency)
            result.formUnion(all(of: dependency))
        }
        let found = result
        cache.withLock { $0.all[resource] = found }
        return found
    }

    /// The resources that a resource refers to, itself or through values, modules and providers.
    func direct(of resource: ConfiguredResourceAddress) -> Set<ConfiguredResourceAddress> {
        if let known = cache.withLock({ $0.direct[resource] }) { return known }
        let found = resources(behind: graph.dependencies[.resource(resource)] ?? []).subtracting([resource])
        cache.withLock { $0.direct[resource] = found }
        return found
    }

    /// The resources among these nodes, and those that the others of them need.
    private func resources(behind start: Set<ConfigurationNode>) -> Set<ConfiguredResourceAddress> {
        var found: Set<ConfiguredResourceAddress> = []
        let graph = graph
        var seen = start
        var open = Array(start)
        while let node = open.popLast() {
            if case .resource(let address) = node {
                found.insert(address)
                continue
            }
            for next in graph.dependencies[node] ?? [] where seen.insert(next).inserted { open.append(next) }
        }
        return found
    }

    private func named(_ traversals: [Traversal], in module: ModuleAddress) -> Set<ConfiguredResourceAddress> {
        let nodes = traversals.compactMap { traversal -> ConfigurationNode? in
            switch Reference.parse(traversal).0?.subject {
            case .resource(let address), .resourceInstance(let address, _): .resource(ConfiguredResourceAddress(module, address))
            case .module(let call), .moduleInstance(let call, _): .moduleEnd(module.child(call))
            case .moduleOutput(let call, _, let output): .output(module.child(call), output)
            case .local(let name): .local(module, name)
            case .input(let name): .variable(module, name)
            default: nil
            }
        }
        return resources(behind: Set(nodes))
    }
}

extension CheckRule {
    /// What condition and message refer to.
    var traversals: [Traversal] { condition.traversals() + errorMessage.traversals() }
}
