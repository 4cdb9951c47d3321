package import JSON
import HCL
import ResourceGraph
import TemplateConfiguration

extension ResourceSet {
    /// The result in what `terraform show -json` prints of a plan or a state.
    ///
    /// - Parameter graph: what `terraform graph` prints of the configuration, with `-type=plan` where that exists. Without it
    ///   a state's own lists say what depends on what; a plan has none.
    /// - Throws: if the document has another shape.
    package init(terraform document: JSONValue, graph: String? = nil) throws(ResourceSetError) {
        guard document.objectValue != nil else { throw ResourceSetError("", "must be an object, is \(document.typeName)") }
        if document["planned_values"] != nil || document["resource_changes"] != nil {
            try self.init(plan: document)
        } else {
            try self.init(state: document)
        }
        if let graph { dependencies = TerraformGraph(graph).distances }
    }

    private init(state document: JSONValue) throws(ResourceSetError) {
        // A state without anything has no `values`.
        let values = document["values"] ?? [:]
        let reader = try TerraformValues(values, at: "/values")
        self.init(
            instances: reader.resources.map { $0.instance(change: $0.isData ? .read : .none) },
            dependencies: DependencyDistances(complete: reader.dependencies), outputs: Self.outputs(values))
    }

    private init(plan document: JSONValue) throws(ResourceSetError) {
        let changes = try TerraformChanges(document["resource_changes"] ?? [])
        let planned = try TerraformValues(document["planned_values"] ?? [:], at: "/planned_values")
        let prior = try TerraformValues(document["prior_state"]?["values"] ?? [:], at: "/prior_state/values")
        var instances = planned.resources.map { resource in
            let change = changes.current[resource.address]
            return resource.instance(change: change?.change ?? (resource.isData ? .read : .none), unknown: change?.unknown ?? false)
        }
        let addresses = Set(planned.resources.map(\.address))
        // Data that was read while planning is in the prior state alone.
        instances += prior.resources.filter { $0.isData && !addresses.contains($0.address) }.map { $0.instance(change: .read) }
        // What goes has no planned value.
        instances += prior.resources.filter { changes.current[$0.address]?.change == .delete }.map { $0.instance(change: .delete) }
        self.init(
            instances: instances, references: TerraformReferences(document["configuration"] ?? [:]).all,
            outputs: Self.outputs(document["planned_values"] ?? [:]))
    }

    private static func outputs(_ values: JSONValue) -> [GraphOutput] {
        (values["outputs"]?.objectValue ?? [:]).sorted { $0.key < $1.key }.map { name, output in
            GraphOutput(name: name, value: output["value"] ?? .null, isSensitive: output["sensitive"]?.boolValue ?? false)
        }
    }
}
