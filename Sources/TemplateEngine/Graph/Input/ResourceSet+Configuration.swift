import HCL
import JSON
import ResourceGraph
package import TemplateConfiguration

extension ResourceSet {
    /// What a configuration declares, before anything runs: each resource once, whatever its `count` or `for_each` will be.
    ///
    /// Everything that is written is unknown. Typed parts of a graph made of it say what is there, not what it is like.
    package init(configuration: Configuration) {
        let references = ConfigurationReferences(configuration)
        self.init(instances: [], dependencies: references.distances, references: references.targets)
        for (address, module) in configuration.modules {
            for resource in module.resources.values {
                let written =
                    resource.body.attributes.map(\.name)
                    + resource.body.blocks.map { $0.type == "dynamic" ? $0.labels.first ?? "" : $0.type }
                instances.append(
                    Instance(
                        address: ResourceInstanceAddress(ModuleInstanceAddress(address.calls.map { .init($0) }), resource.address),
                        change: resource.address.mode == .data ? .read : .none,
                        attributes: [:], unknown: Set(written.map { JSONPointer(tokens: [$0]) })))
            }
        }
    }
}
