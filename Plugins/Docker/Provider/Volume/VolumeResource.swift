import DockerEngine
import HCL
import JSON
import ProviderKit

/// `docker_volume`: a volume, which outlives the containers that use it.
struct VolumeResource: ResourceType {
    let backend: DockerBackend

    /// How long a removal waits for the last container to let go.
    static let removalAttempts = 60

    var schema: Schema {
        Schema(
            version: 1,
            BlockSchema(
                attributes: [
                    "id": .identifier, "name": .fixed(.string, .optionalComputed), "driver": .fixed(.string, .optionalComputed),
                    "driver_opts": .fixed(.map(.string)), "mountpoint": .computed(.string),
                ],
                blocks: ["labels": DockerLabels.blocks(), "cluster": Self.cluster]))
    }

    private static let cluster = NestedBlockSchema.blocks(
        .list, max: 1,
        [
            "id": .computed(.string), "scope": .fixed(.string, default: .string("single"), checks: [.oneOf(["single", "multi"])]),
            "sharing": .fixed(.string, default: .string("none"), checks: [.oneOf(["none", "readonly", "onewriter", "all"])]),
            "type": .fixed(.string, default: .string("block"), checks: [.oneOf(["mount", "block"])]),
            "topology_preferred": .fixed(.string, default: .string("")), "topology_required": .fixed(.string, default: .string("")),
            "required_bytes": .fixed(.string), "limit_bytes": .fixed(.string), "group": .fixed(.string, default: .string("")),
            "availability": .fixed(.string, default: .string("active"), checks: [.oneOf(["active", "pause", "drain"])]),
        ])

    func validate(_ configuration: Value) -> [ProviderFinding] {
        guard !configuration.blocks("cluster").isEmpty else { return [] }
        let detail = "Volumes of a swarm are not supported. Remove the block \"cluster\" for a volume of one engine."
        return [ProviderFinding(.error, "Cluster volumes are not supported", detail, at: .attribute("cluster"))]
    }

    func create(_ planned: Value, _ operation: ProviderOperation) async throws -> Value {
        var body: JSONValue = ["Labels": DockerLabels.all(planned, operation)]
        body.put("Name", planned.json("name"))
        body.put("Driver", planned.json("driver"))
        body.put("DriverOpts", planned.json("driver_opts"))
        let title = planned.string("name").map { " " + $0.goQuoted } ?? ""
        let volume = try await backend.ask("create the volume\(title)", at: .attribute("name")) { try await $0.createVolume(body) }
        // The engine answers with the volume that has the name already, if there is one.
        guard DockerLabels.isMade(by: operation, volume["Labels"]) || operation.key.isEmpty else {
            throw ProviderError(
                "The name of the volume is taken",
                "A volume\(title) exists that is not of this template. It was left as it is: choose another name, or import it.",
                at: .attribute("name"))
        }
        try await operation.record(JSONValue.object(["name": volume["Name"] ?? .null]).serialized())
        return state(planned, volume)
    }

    private func state(_ planned: Value, _ volume: JSONValue) -> Value {
        let name = Value.optional(volume["Name"]?.stringValue)
        return schema.block.resolved(
            planned,
            [
                "id": name, "name": name, "driver": .optional(volume["Driver"]?.stringValue),
                "mountpoint": .optional(volume["Mountpoint"]?.stringValue),
            ])
    }

    func read(_ state: Value, _ operation: ProviderOperation) async throws -> Value? {
        guard let name = state.string("id") else { return nil }
        guard let volume = try await backend.find("read the volume \(name.goQuoted)", { try await $0.volume(name) }) else { return nil }
        let options = volume["Options"]?.strings ?? [:]
        let configured = state.stringMap("driver_opts") ?? [:]
        var found: [String: Value] = [
            "name": .optional(volume["Name"]?.stringValue), "driver": .optional(volume["Driver"]?.stringValue),
            "mountpoint": .optional(volume["Mountpoint"]?.stringValue),
            "labels": DockerLabels.understood(state, volume["Labels"], operation),
        ]
        // What somebody made anew by hand under the same name may have other options.
        if configured != options { found["driver_opts"] = options.isEmpty ? .null(.map(.string)) : .stringMap(options) }
        return state.setting(found)
    }

    func delete(_ state: Value, _ operation: ProviderOperation) async throws {
        guard let name = state.string("id") else { return }
        for attempt in 1... {
            do {
                _ = try await backend.find("remove the volume \(name.goQuoted)") { client in
                    do {
                        try await client.removeVolume(name)
                    } catch let error as DockerError where error.isConflict && attempt < Self.removalAttempts {
                        throw Busy()
                    }
                }
                return
            } catch is Busy {
                if attempt == 1 { operation.log("waiting for containers to let go of the volume \(name)") }
                try await Task.sleep(for: .milliseconds(500))
            }
        }
    }

    private struct Busy: Error {}

    func importState(id: String, _ operation: ProviderOperation) async throws -> Value {
        let volume = try await backend.ask("read the volume \(id.goQuoted)") { try await $0.volume(id) }
        let labels = DockerLabels.foreign(volume["Labels"]?.strings ?? [:], operation)
        let unknown = schema.block.resolved(.object([:]), [:])
        let options = volume["Options"]?.strings ?? [:]
        return unknown.setting([
            "id": .string(id), "name": .string(id), "driver": .optional(volume["Driver"]?.stringValue),
            "driver_opts": options.isEmpty ? .null(.map(.string)) : .stringMap(options), "labels": DockerLabels.value(labels),
            "mountpoint": .optional(volume["Mountpoint"]?.stringValue),
        ])
    }

    func find(_ planned: Value, _ operation: ProviderOperation) async throws -> Value? {
        guard let filter = DockerLabels.filter(operation) else { return nil }
        let volumes = try await backend.ask("look for the volume of \(operation.address)") { try await $0.volumes(filters: filter) }
        return volumes.first.map { state(planned, $0) }
    }
}
