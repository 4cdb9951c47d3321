import HCL
import ProviderKit

/// `time_rotating`: a moment that is gone, and so made anew, once some time has passed.
struct TimeRotating: ResourceType {
    let clock: any MomentSource

    private static let units: [TimeUnit] = [.days, .hours, .minutes, .months, .years]

    private static func name(_ unit: TimeUnit) -> String { "rotation_\(unit.rawValue)" }

    var schema: Schema {
        var attributes = Timestamp.partAttributes
        attributes["triggers"] = .timeTriggers
        attributes["rfc3339"] = AttributeSchema(
            .string, .optionalComputed, forcesReplacement: true, "The moment to start from in RFC 3339; by default that of the creation.")
        attributes["rotation_rfc3339"] = AttributeSchema(.string, .optionalComputed, "The moment of the rotation in RFC 3339.")
        attributes["id"] = AttributeSchema(.string, .computed, "The moment to start from in RFC 3339.")
        for unit in Self.units {
            attributes[Self.name(unit)] = AttributeSchema(
                .number, .optional,
                "After how many \(unit.rawValue) to rotate; of several units the last by this order counts: days, hours, minutes, months, `rotation_rfc3339`, years.",
                checks: [.wholeNumber])
        }
        return Schema(BlockSchema(attributes: attributes))
    }

    func validate(_ configuration: Value) -> [ProviderFinding] {
        let units = ["rotation_minutes", "rotation_hours", "rotation_days", "rotation_months", "rotation_years"]
        return AttributeRules.atLeastOneConfigured(units + ["rotation_rfc3339"], configuration)
            + units.flatMap { AttributeRules.minimum($0, 1, configuration) }
            + Timestamp.findings(["rfc3339", "rotation_rfc3339"], in: configuration)
    }

    func plan(_ change: inout PlannedChange, _ operation: ProviderOperation) async throws {
        if change.isCreate { return }
        let inputs = Self.units.map(Self.name)
        let isChanged = inputs.contains { change.changes($0) } || change.changes("rotation_rfc3339")
        guard isChanged else { return }
        // The moment of the rotation follows from the units, unless it is configured.
        let isGiven = !change.configuration[attribute: "rotation_rfc3339"].isNull
        if !isGiven { change["rotation_rfc3339"] = .unknown(.string) }
        let old = try Timestamp.moment(change.prior[attribute: "rotation_rfc3339"])
        let isOutdated = old.map { $0.seconds < clock.now() } ?? false
        let isKnown = (inputs + ["rfc3339"]).allSatisfy { change[$0].isKnown } && (!isGiven || change["rotation_rfc3339"].isKnown)
        if isKnown {
            change.planned = try rotated(change.planned)
        } else {
            for (name, attribute) in schema.block.attributes where attribute.presence == .computed {
                change[name] = .unknown(attribute.type)
            }
        }
        if isOutdated, change.changes("rotation_rfc3339") { change.replacing.insert(.attribute("rotation_rfc3339")) }
    }

    func create(_ planned: Value, _ operation: ProviderOperation) async throws -> Value { try rotated(planned) }

    func read(_ state: Value, _ operation: ProviderOperation) async throws -> Value? {
        guard let end = try Timestamp.moment(state[attribute: "rotation_rfc3339"]) else { return state }
        return end.seconds < clock.now() ? nil : state
    }

    func update(_ state: Value, to planned: Value, _ operation: ProviderOperation) async throws -> Value { try rotated(planned) }

    func importState(id: String, _ operation: ProviderOperation) async throws -> Value {
        let parts = id.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
        let isWhole = parts.count == 2 && !parts[1].isEmpty || parts.count == 6 && parts.dropFirst().contains { !$0.isEmpty }
        guard isWhole, !parts[0].isEmpty else {
            throw ProviderError(
                "Unexpected Format of ID",
                "Unexpected format of ID (\(id.goQuoted)), expected BASETIMESTAMP,YEARS,MONTHS,DAYS,HOURS,MINUTES or BASETIMESTAMP,ROTATIONTIMESTAMP"
            )
        }
        var known: [String: Value] = ["rfc3339": .string(parts[0]), "triggers": .stringMap([:])]
        if parts.count == 2 {
            known["rotation_rfc3339"] = .string(parts[1])
        } else {
            let units: [TimeUnit] = [.years, .months, .days, .hours, .minutes]
            for (part, unit) in zip(parts.dropFirst(), units) where !part.isEmpty {
                guard let count = Int(part) else {
                    throw ProviderError(
                        "Import time rotating error",
                        "The parameter that was supplied could not be parsed.\n\ncould not parse rotation (\(part.goQuoted)) as int")
                }
                known[Self.name(unit)] = .integer(count)
            }
        }
        return try rotated(schema.block.impliedType.nullAttributes.setting(known))
    }

    /// With everything that follows from the start and the units.
    private func rotated(_ planned: Value) throws(ProviderError) -> Value {
        let start = planned[attribute: "rfc3339"]
        let given = planned[attribute: "rotation_rfc3339"]
        let base = try Timestamp.moment(start) ?? clock.moment
        var end: Timestamp?
        for unit in Self.units.dropLast() {
            if let count = planned.integer(Self.name(unit)), count != 0 { end = try base.adding(unit, count) }
        }
        if let moment = try Timestamp.moment(given) { end = moment }
        if let years = planned.integer(Self.name(.years)), years != 0 { end = try base.adding(.years, years) }
        guard let end else { throw ProviderError("Missing rotation", "After what time to rotate is not known; set a rotation_ attribute.") }
        return planned.setting(end.parts).setting([
            "rfc3339": start.isKnown && !start.isNull ? start : .string(base.text),
            "rotation_rfc3339": given.isKnown && !given.isNull ? given : .string(end.text), "id": .string(base.text),
        ])
    }
}
