import HCL
import ProviderKit

/// `time_sleep`: waits when it is made, or destroyed.
struct TimeSleep: ResourceType {
    let clock: any MomentSource

    var schema: Schema {
        Schema(
            BlockSchema(attributes: [
                "create_duration": AttributeSchema(.string, .optional, "How long to wait when it is made: `30s`, `5m`."),
                "destroy_duration": AttributeSchema(.string, .optional, "How long to wait before it is destroyed: `30s`, `5m`."),
                "triggers": .timeTriggers,
                "id": AttributeSchema(.string, .computed, "The moment of the creation in RFC 3339."),
            ]))
    }

    func validate(_ configuration: Value) -> [ProviderFinding] {
        let names = ["create_duration", "destroy_duration"]
        var findings = AttributeRules.atLeastOne(names, configuration)
        for name in names {
            guard let text = configuration.string(name), text.firstMatch(of: /^[0-9]+(\.[0-9]+)?(ms|s|m|h)$/) == nil else { continue }
            findings.append(
                ProviderFinding(
                    .error, "Invalid Attribute Value Match",
                    "Attribute \(name) must be a number immediately followed by ms (milliseconds), s (seconds), m (minutes), or h (hours). For example, \"30s\" for 30 seconds., got: \(text)",
                    at: .attribute(name)))
        }
        return findings
    }

    func create(_ planned: Value, _ operation: ProviderOperation) async throws -> Value {
        try await sleep(planned.string("create_duration"), "Create time sleep error")
        return planned.setting(["id": .string(clock.moment.text)])
    }

    func delete(_ state: Value, _ operation: ProviderOperation) async throws {
        try await sleep(state.string("destroy_duration"), "Delete time sleep error")
    }

    func importState(id: String, _ operation: ProviderOperation) async throws -> Value {
        let parts = id.split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
        guard parts.count == 2, parts.contains(where: { !$0.isEmpty }) else {
            throw ProviderError(
                "Unexpected Format of ID",
                "Unexpected format of ID (\(id.goQuoted)), expected CREATEDURATION,DESTROYDURATION where at least one value is non-empty")
        }
        for part in parts where !part.isEmpty { _ = try nanoseconds(part, "Import time sleep error") }
        return schema.block.impliedType.nullAttributes.setting([
            "create_duration": .optional(parts[0].isEmpty ? nil : parts[0]),
            "destroy_duration": .optional(parts[1].isEmpty ? nil : parts[1]), "triggers": .stringMap([:]),
            "id": .string(clock.moment.text),
        ])
    }

    private func sleep(_ duration: String?, _ summary: String) async throws {
        guard let duration, !duration.isEmpty else { return }
        try await Task.sleep(for: .nanoseconds(nanoseconds(duration, summary)))
    }

    private func nanoseconds(_ duration: String, _ summary: String) throws(ProviderError) -> Int64 {
        do throws(FunctionError) {
            return max(0, try GoDuration.nanoseconds(duration))
        } catch {
            throw ProviderError(summary, "The duration cannot be parsed\n\nOriginal Error: \(error.message)")
        }
    }
}
