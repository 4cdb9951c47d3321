import DockerEngine
import HCL
import JSON
import ProviderKit

/// `docker_network`: a network for containers. The engine cannot change one: what it was made with holds as long as it exists.
struct NetworkResource: ResourceType {
    let backend: DockerBackend

    var schema: Schema {
        Schema(
            version: 1,
            BlockSchema(
                attributes: [
                    "id": .identifier, "name": .fixed(.string, .required), "driver": .fixed(.string, .optionalComputed),
                    "options": .fixed(.map(.string), .optionalComputed), "internal": .fixed(.bool, .optionalComputed),
                    "attachable": .fixed(.bool), "ingress": .fixed(.bool), "ipv6": .fixed(.bool),
                    "ipam_driver": .fixed(.string, default: .string("default")), "ipam_options": .fixed(.map(.string)),
                    "scope": .computed(.string),
                ],
                blocks: ["labels": DockerLabels.blocks(), "ipam_config": Self.ipamConfig]))
    }

    static let ipamConfig = NestedBlockSchema.blocks(
        [
            "subnet": .fixed(.string), "ip_range": .fixed(.string), "gateway": .fixed(.string), "aux_address": .fixed(.map(.string)),
        ], isComputed: true)

    func create(_ planned: Value, _ operation: ProviderOperation) async throws -> Value {
        var body: JSONValue = [
            // Names of networks are not unique by themselves.
            "Name": .string(planned.string("name") ?? ""), "CheckDuplicate": true, "Labels": DockerLabels.all(planned, operation),
        ]
        for (name, member) in [
            ("driver", "Driver"), ("options", "Options"), ("internal", "Internal"), ("attachable", "Attachable"), ("ingress", "Ingress"),
            ("ipv6", "EnableIPv6"),
        ] { body.put(member, planned.json(name)) }
        var ipam: JSONValue = [:]
        ipam.put("Driver", planned.json("ipam_driver"))
        ipam.put("Options", planned.json("ipam_options"))
        let blocks = planned.blocks("ipam_config").map { block in
            var entry: JSONValue = [:]
            for (name, member) in [
                ("subnet", "Subnet"), ("ip_range", "IPRange"), ("gateway", "Gateway"), ("aux_address", "AuxiliaryAddresses"),
            ] {
                entry.put(member, block.json(name))
            }
            return entry
        }
        if !blocks.isEmpty { ipam["Config"] = .array(blocks) }
        body["IPAM"] = ipam
        let name = planned.string("name") ?? ""
        let made = try await backend.ask("create the network \(name.goQuoted)", at: .attribute("name")) { client in
            do {
                return try await client.createNetwork(body)
            } catch let error as DockerError where error.isConflict {
                // The same change may have made it before, and could not say so.
                let filter = DockerLabels.filter(operation)
                guard let filter, let found = try await client.networks(filters: filter).first(where: { $0["Name"]?.stringValue == name })
                else { throw error }
                return found
            }
        }
        let id = made["Id"]?.stringValue ?? ""
        try await operation.record(JSONValue.object(["id": .string(id)]).serialized())
        return state(planned, try await backend.ask("read the network \(name.goQuoted)") { try await $0.network(id) })
    }

    private func state(_ planned: Value, _ network: JSONValue) -> Value { schema.block.resolved(planned, Self.found(network)) }

    /// What the engine says of a network.
    static func found(_ network: JSONValue) -> [String: Value] {
        let configurations = (network["IPAM"]?["Config"]?.arrayValue ?? []).map { entry in
            let addresses = entry["AuxiliaryAddresses"]?.strings ?? [:]
            return Value.object([
                "subnet": .optional(entry["Subnet"]?.filled), "ip_range": .optional(entry["IPRange"]?.filled),
                "gateway": .optional(entry["Gateway"]?.filled),
                "aux_address": addresses.isEmpty ? .null(.map(.string)) : .stringMap(addresses),
            ])
        }
        return [
            "id": .optional(network["Id"]?.stringValue), "driver": .optional(network["Driver"]?.stringValue),
            "options": .stringMap(network["Options"]?.strings ?? [:]), "internal": .bool(network["Internal"]?.boolValue ?? false),
            "scope": .optional(network["Scope"]?.stringValue), "ipam_config": ipamConfig.value(configurations),
        ]
    }

    func read(_ state: Value, _ operation: ProviderOperation) async throws -> Value? {
        guard let id = state.string("id") else { return nil }
        // By its identifier it can only be the one that was made.
        guard let network = try await backend.find("read the network \(id.goQuoted)", { try await $0.network(id) }),
            network["Id"]?.stringValue == id
        else { return nil }
        return state
    }

    func delete(_ state: Value, _ operation: ProviderOperation) async throws {
        guard let id = state.string("id") else { return }
        for attempt in 1... {
            do {
                _ = try await backend.find("remove the network \(id.goQuoted)") { client in
                    do {
                        try await client.removeNetwork(id)
                    } catch let error as DockerError
                        where error.message.contains("has active endpoints") && attempt < VolumeResource.removalAttempts
                    {
                        throw Busy()
                    }
                }
                return
            } catch is Busy {
                if attempt == 1 { operation.log("waiting for containers to leave the network \(state.string("name") ?? id)") }
                try await Task.sleep(for: .milliseconds(500))
            }
        }
    }

    private struct Busy: Error {}

    func importState(id: String, _ operation: ProviderOperation) async throws -> Value {
        let network = try await backend.ask("read the network \(id.goQuoted)") { try await $0.network(id) }
        let labels = DockerLabels.foreign(network["Labels"]?.strings ?? [:], operation)
        var found = Self.found(network)
        found["name"] = .optional(network["Name"]?.stringValue)
        found["labels"] = DockerLabels.value(labels)
        found["ipam_driver"] = .optional(network["IPAM"]?["Driver"]?.stringValue)
        for (name, member) in [("attachable", "Attachable"), ("ingress", "Ingress"), ("ipv6", "EnableIPv6")] {
            found[name] = network[member]?.boolValue == true ? .true : .null(.bool)
        }
        return schema.block.resolved(.object([:]), found)
    }

    func find(_ planned: Value, _ operation: ProviderOperation) async throws -> Value? {
        guard let filter = DockerLabels.filter(operation) else { return nil }
        let networks = try await backend.ask("look for the network of \(operation.address)") { try await $0.networks(filters: filter) }
        guard let id = networks.first?["Id"]?.stringValue else { return nil }
        let network = try await backend.find("read the network \(id.goQuoted)") { try await $0.network(id) }
        return network.map { state(planned, $0) }
    }
}
