import HCL
import ProviderKit

/// `time_offset`: a moment some time before or after another one.
struct TimeOffset: ResourceType {
    let clock: any MomentSource

    private static func name(_ unit: TimeUnit) -> String { "offset_\(unit.rawValue)" }

    var schema: Schema {
        var attributes = Timestamp.partAttributes
        attributes["triggers"] = .timeTriggers
        attributes["base_rfc3339"] = AttributeSchema(
            .string, .optionalComputed, "The moment to start from in RFC 3339; by default that of the creation.")
        attributes["rfc3339"] = AttributeSchema(.string, .computed, "The moment in RFC 3339.")
        attributes["id"] = AttributeSchema(.string, .computed, "The moment to start from in RFC 3339.")
        for unit in TimeUnit.allCases {
            attributes[Self.name(unit)] = AttributeSchema(
                .number, .optional, "How many \(unit.rawValue) later; a negative number is earlier.", checks: [.wholeNumber])
        }
        return Schema(BlockSchema(attributes: attributes))
    }

    func validate(_ configuration: Value) -> [ProviderFinding] {
        let names = ["offset_seconds", "offset_minutes", "offset_hours", "offset_days", "offset_months", "offset_years"]
        return AttributeRules.atLeastOneConfigured(names, configuration) + Timestamp.findings(["base_rfc3339"], in: configuration)
    }

    func plan(_ change: inout PlannedChange, _ operation: ProviderOperation) async throws {
        let inputs = TimeUnit.allCases.map(Self.name) + ["base_rfc3339"]
        guard !change.isCreate, inputs.contains(where: { change.changes($0) }) else { return }
        if inputs.allSatisfy({ change[$0].isKnown }) {
            change.planned = try moved(change.planned)
        } else {
            for (name, attribute) in schema.block.attributes where attribute.presence == .computed {
                change[name] = .unknown(attribute.type)
            }
        }
    }

    func create(_ planned: Value, _ operation: ProviderOperation) async throws -> Value { try moved(planned) }

    func update(_ state: Value, to planned: Value, _ operation: ProviderOperation) async throws -> Value { try moved(planned) }

    func importState(id: String, _ operation: ProviderOperation) async throws -> Value {
        let parts = id.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
        let units: [TimeUnit] = [.years, .months, .days, .hours, .minutes, .seconds]
        guard parts.count == 7, !parts[0].isEmpty, parts.dropFirst().contains(where: { !$0.isEmpty }) else {
            throw ProviderError(
                "Unexpected Format of ID",
                "Unexpected format of ID (\(id.goQuoted)), expected BASETIMESTAMP,YEARS,MONTHS,DAYS,HOURS,MINUTES,SECONDS where at least one offset value is non-empty"
            )
        }
        var known: [String: Value] = ["base_rfc3339": .string(parts[0]), "triggers": .stringMap([:])]
        for (part, unit) in zip(parts.dropFirst(), units) where !part.isEmpty {
            guard let count = Int(part) else {
                throw ProviderError(
                    "Import time offset error", "The \(Self.name(unit)) parameter that was supplied could not be parsed as Int64: \(part)")
            }
            known[Self.name(unit)] = .integer(count)
        }
        return try moved(schema.block.impliedType.nullAttributes.setting(known))
    }

    /// With everything that follows from the start and the offsets.
    private func moved(_ planned: Value) throws(ProviderError) -> Value {
        let given = planned[attribute: "base_rfc3339"]
        let base = try Timestamp.moment(given) ?? clock.moment
        var moment = base
        for unit in TimeUnit.allCases {
            if let count = planned.integer(Self.name(unit)) { moment = try moment.adding(unit, count) }
        }
        return planned.setting(moment.parts).setting([
            "base_rfc3339": given.isKnown && !given.isNull ? given : .string(base.text), "rfc3339": .string(moment.text),
            "id": .string(base.text),
        ])
    }
}
