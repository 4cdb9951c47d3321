import HCL
import JSON
import ProviderKit
import ResourceGraph
package import TemplateConfiguration
package import TemplateEvaluation
package import TemplateState

extension ResourceSet {
    /// What is there, by a state of ours.
    ///
    /// - Parameter configuration: the one it was made from, which tells more exactly what belongs to what.
    /// - Throws: if stored attributes are no object.
    package init(state: State, configuration: Configuration? = nil, catalog: ProviderCatalog) throws(ResourceSetError) {
        self.init(instances: [])
        try add(state, catalog) { _, _ in true }
        outputs = state.outputs.sortedByName.map { name, output in
            GraphOutput(name: name, value: output.value.graphJSON.json, isSensitive: output.isSensitive)
        }
        var lists: [ConfiguredResourceAddress: Set<ConfiguredResourceAddress>] = [:]
        for (address, resource) in state.resources {
            lists[address.configured, default: []].formUnion(resource.instances.values.flatMap { $0.current?.dependencies ?? [] })
        }
        connect(configuration, lists)
    }

    /// What is going to be there, by a plan of ours.
    ///
    /// - Throws: if stored attributes are no object.
    package init(plan: Plan, configuration: Configuration? = nil, catalog: ProviderCatalog) throws(ResourceSetError) {
        self.init(instances: [])
        var lists: [ConfiguredResourceAddress: Set<ConfiguredResourceAddress>] = [:]
        var planned: Set<ResourceInstanceAddress> = []
        for change in plan.changes where change.deposedKey == nil {
            planned.insert(change.address)
            lists[change.address.configured, default: []].formUnion(change.dependencies)
            guard let action = NodeChange(change.action) else { continue }
            let (json, sensitive, unknown) = (change.action == .delete ? change.before : change.after).graphJSON
            let schema = catalog.schema(of: change.address.resource, by: change.provider.provider)
            instances.append(
                Instance(
                    address: change.address, change: action, attributes: json.objectValue == nil ? [:] : json,
                    sensitive: sensitive.union(schema?.block.sensitivePointers(in: json, unknown) ?? []), unknown: unknown))
        }
        // Data that was read while planning is in the state only.
        try add(plan.priorState, catalog) { address, _ in address.resource.mode == .data && !planned.contains(address) }
        outputs = plan.outputs.sortedByName.filter { $1.action != .delete }.map { name, output in
            GraphOutput(name: name, value: output.after.graphJSON.json, isSensitive: output.isSensitive)
        }
        connect(configuration, lists)
    }

    private mutating func add(
        _ state: State, _ catalog: ProviderCatalog, where isWanted: (ResourceInstanceAddress, ObjectState) -> Bool
    ) throws(ResourceSetError) {
        for (resource, content) in state.resources {
            for (key, instance) in content.instances {
                let address = resource.instance(key)
                guard let object = instance.current, isWanted(address, object) else { continue }
                let attributes: JSONValue
                do {
                    attributes = try JSONValue(parsing: object.attributes)
                } catch {
                    throw ResourceSetError(address.description, "has attributes in the state that cannot be read: \(error)")
                }
                let schema = catalog.schema(of: resource.resource, by: content.provider.provider)
                let stored = Set(object.sensitivePaths.map { JSONPointer($0) }).filter { attributes.value(at: $0) != nil }
                instances.append(
                    Instance(
                        address: address, change: resource.resource.mode == .data ? .read : .none, attributes: attributes,
                        sensitive: stored.union(schema?.block.sensitivePointers(in: attributes, []) ?? [])))
            }
        }
    }

    private mutating func connect(
        _ configuration: Configuration?, _ lists: [ConfiguredResourceAddress: Set<ConfiguredResourceAddress>]
    ) {
        guard let configuration else {
            dependencies = DependencyDistances(complete: lists)
            return
        }
        let configured = ConfigurationReferences(configuration)
        dependencies = configured.distances
        references = configured.targets
        // What the configuration does not have any more has its list alone.
        for (resource, list) in lists where configuration.resource(resource) == nil {
            for dependency in list { dependencies.add(resource, dependsOn: dependency) }
        }
    }
}

extension NodeChange {
    /// Nil for what leaves the template without being touched.
    fileprivate init?(_ action: TemplateState.ResourceChange.Action) {
        switch action {
        case .noOp: self = .none
        case .create: self = .create
        case .read: self = .read
        case .update: self = .update
        case .delete: self = .delete
        case .replace, .createThenDelete: self = .replace
        case .forget: return nil
        }
    }
}

extension ProviderCatalog {
    fileprivate func schema(of resource: ResourceAddress, by address: ProviderAddress) -> Schema? {
        switch resource.mode {
        case .managed: self[address]?.resourceType(resource.type)?.schema
        case .data: self[address]?.dataSource(resource.type)?.schema
        case .ephemeral: nil
        }
    }
}
