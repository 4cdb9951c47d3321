package import HCL
package import JSON
package import ResourceGraph
package import TemplateConfiguration

/// The result of a template, whoever computed it: what is converted to a graph.
///
/// Made from our own state or plan, or from the documents that Terraform prints.
package struct ResourceSet: Sendable {
    /// One object of a template.
    package struct Instance: Sendable {
        package var address: ResourceInstanceAddress
        package var change: NodeChange
        /// An object; what is not known yet is null.
        package var attributes: JSONValue
        package var sensitive: Set<JSONPointer>
        package var unknown: Set<JSONPointer>

        package init(
            address: ResourceInstanceAddress, change: NodeChange, attributes: JSONValue, sensitive: Set<JSONPointer> = [],
            unknown: Set<JSONPointer> = []
        ) {
            self.address = address
            self.change = change
            self.attributes = attributes
            self.sensitive = sensitive
            self.unknown = unknown
        }
    }

    /// What an expression names: a resource, or one of its instances.
    package struct Target: Sendable, Hashable {
        package var resource: ConfiguredResourceAddress
        package var key: InstanceKey?

        package init(_ resource: ConfiguredResourceAddress, _ key: InstanceKey? = nil) {
            self.resource = resource
            self.key = key
        }
    }

    /// The attributes by which one resource belongs to another.
    static let bindingAttributes: Set<String> = ["agent_id", "resource_id"]

    package var instances: [Instance]
    /// What each resource depends on, and over how many steps: a variable or local between two resources is a step.
    ///
    /// Resources that have no instance are in it, too.
    package var dependencies: DependencyDistances
    /// What the expressions of ``bindingAttributes`` name, as far as a configuration was at hand.
    package var references: [ConfiguredResourceAddress: [String: [Target]]]
    package var outputs: [GraphOutput]

    package init(
        instances: [Instance], dependencies: DependencyDistances = DependencyDistances(),
        references: [ConfiguredResourceAddress: [String: [Target]]] = [:], outputs: [GraphOutput] = []
    ) {
        self.instances = instances
        self.dependencies = dependencies
        self.references = references
        self.outputs = outputs
    }
}
