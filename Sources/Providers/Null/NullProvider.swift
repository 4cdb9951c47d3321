import HCL
package import ProviderKit

/// `hashicorp/null`: objects that are nothing but their life cycle.
package struct NullProvider: Provider {
    package static let source = "hashicorp/null"

    package init() {}

    package var resourceTypeNames: [String] { ["null_resource"] }
    package var dataSourceNames: [String] { ["null_data_source"] }

    package func resourceType(_ name: String) -> (any ResourceType)? { name == "null_resource" ? NullResource() : nil }
    package func dataSource(_ name: String) -> (any DataSource)? { name == "null_data_source" ? NullDataSource() : nil }
}

/// `null_resource`: something for provisioners to hang on; replaced when its triggers change.
struct NullResource: ResourceType {
    var schema: Schema {
        Schema(
            BlockSchema(attributes: [
                "triggers": AttributeSchema(
                    .map(.string), .optional,
                    "A map of arbitrary strings that, when changed, will force the null resource to be replaced, re-running any associated provisioners."
                ),
                "id": AttributeSchema(.string, .computed, "This is set to a random value at create time."),
            ]))
    }

    func plan(_ change: inout PlannedChange, _ operation: ProviderOperation) async throws { ReplacingMap.plan("triggers", &change) }

    func create(_ planned: Value, _ operation: ProviderOperation) async throws -> Value {
        planned.setting(["id": .string(String(Int64.random(in: 0 ... .max)))])
    }
}

/// `null_data_source`: copies what it is given.
struct NullDataSource: DataSource {
    var schema: Schema {
        Schema(
            BlockSchema(
                attributes: [
                    "inputs": AttributeSchema(
                        .map(.string), .optional, "A map of arbitrary strings that is copied into the `outputs` attribute."),
                    "outputs": AttributeSchema(.map(.string), .computed, "A copy of the `inputs` map."),
                    "random": AttributeSchema(.string, .computed, "A random value, for tests."),
                    "has_computed_default": AttributeSchema(
                        .string, .optionalComputed, "If set, its literal value will be stored and returned. If not, `\"default\"` is."),
                    "id": AttributeSchema(
                        .string, .computed,
                        deprecation:
                            "This attribute is only present for some legacy compatibility issues and should not be used. It will be removed in a future version.",
                        "A fixed text."),
                ],
                deprecation:
                    "The null_data_source was historically used to construct intermediate values to re-use elsewhere in configuration, the same can now be achieved using locals or the terraform_data resource type in Terraform 1.4 and later."
            ))
    }

    func read(_ configuration: Value, _ operation: ProviderOperation) async throws -> Value {
        configuration.setting([
            "outputs": configuration[attribute: "inputs"],
            "random": .string(String(Int64.random(in: 0 ... .max))),
            "has_computed_default": .string(configuration.string("has_computed_default") ?? "default"),
            "id": .string("static"),
        ])
    }
}
