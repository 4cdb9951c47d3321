import HCL
import ProviderKit

/// `time_static`: the moment at which it was made, or a given one, and its parts.
struct TimeStatic: ResourceType {
    let clock: any MomentSource

    var schema: Schema {
        Schema(
            BlockSchema(
                attributes: Timestamp.partAttributes.merging([
                    "triggers": .timeTriggers,
                    "rfc3339": AttributeSchema(
                        .string, .optionalComputed, forcesReplacement: true, "The moment in RFC 3339; by default that of the creation."),
                    "id": AttributeSchema(.string, .computed, "The moment in RFC 3339."),
                ]) { first, _ in first }))
    }

    func validate(_ configuration: Value) -> [ProviderFinding] { Timestamp.findings(["rfc3339"], in: configuration) }

    func create(_ planned: Value, _ operation: ProviderOperation) async throws -> Value {
        let given = planned[attribute: "rfc3339"]
        let moment = try Timestamp.moment(given) ?? clock.moment
        // A given text stays as it is written.
        return planned.setting(moment.parts).setting([
            "rfc3339": given.isKnown && !given.isNull ? given : .string(moment.text), "id": .string(moment.text),
        ])
    }

    func importState(id: String, _ operation: ProviderOperation) async throws -> Value {
        guard let moment = try? Timestamp.moment(.string(id)) else {  // the error says the same
            throw ProviderError("Import time static error", "The id that was supplied could not be parsed as RFC3339.\n\nGiven: \(id)")
        }
        return schema.block.impliedType.nullAttributes.setting(moment.parts).setting([
            "triggers": .stringMap([:]), "rfc3339": .string(moment.text), "id": .string(moment.text),
        ])
    }
}
