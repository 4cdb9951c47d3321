import HCL
import ProviderKit

/// `terraform_data`: keeps a value, and is replaced when another one changes.
struct TerraformData: ResourceType {
    var schema: Schema {
        Schema(
            BlockSchema(attributes: [
                "id": AttributeSchema(.string, .computed),
                "input": AttributeSchema(.dynamic, .optional),
                "output": AttributeSchema(.dynamic, .computed),
                "triggers_replace": AttributeSchema(.dynamic, .optional),
            ]))
    }

    func validate(_ configuration: Value) -> [ProviderFinding] {
        ["id", "output"].filter { !configuration[attribute: $0].isNull }.map {
            ProviderFinding(.error, "\"\($0)\" attribute is read-only")
        }
    }

    func plan(_ change: inout PlannedChange, _ operation: ProviderOperation) async throws {
        let input = change["input"]
        // The output is of the input's type, also while it is not known.
        let output = input.isNull ? input : Value.unknown(input.type)
        if change.isCreate {
            change["id"] = .unknown(.string, .notNull)
            change["output"] = output
        } else if change.changes("triggers_replace") {
            change.replacing.insert(.attribute("triggers_replace"))
            change["id"] = .unknown(.string, .notNull)
            change["output"] = output
        } else if change.changes("input") {
            change["output"] = .unknown(input.type)
        }
    }

    func create(_ planned: Value, _ operation: ProviderOperation) async throws -> Value { complete(planned) }

    func update(_ state: Value, to planned: Value, _ operation: ProviderOperation) async throws -> Value { complete(planned) }

    func importState(id: String, _ operation: ProviderOperation) async throws -> Value {
        schema.block.impliedType.nullAttributes.setting(["id": .string(id)])
    }

    /// What was planned, with everything known that the provider decides.
    private func complete(_ planned: Value) -> Value {
        var known: [String: Value] = [:]
        if !planned[attribute: "id"].isKnown { known["id"] = .string(RandomUUID.make()) }
        if !planned[attribute: "output"].isKnown { known["output"] = planned[attribute: "input"] }
        return planned.setting(known)
    }
}
