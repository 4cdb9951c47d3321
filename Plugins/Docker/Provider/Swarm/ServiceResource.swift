import DockerEngine
import HCL
import JSON
import ProviderKit

/// `docker_service`: containers that a swarm keeps running.
struct ServiceResource: ResourceType {
    let backend: DockerBackend

    var schema: Schema { ServiceSchema.schema }

    func validate(_ configuration: Value) -> [ProviderFinding] {
        var findings: [ProviderFinding] = []
        func conflict(_ detail: String, at attribute: String) {
            findings.append(ProviderFinding(.error, "Conflicting configuration arguments", detail, at: .attribute(attribute)))
        }
        for mode in configuration.blocks("mode") where mode.bool("global") == true {
            if !mode.blocks("replicated").isEmpty { conflict("\"mode.0.global\": conflicts with mode.0.replicated", at: "mode") }
            if !configuration.blocks("converge_config").isEmpty {
                conflict("\"converge_config\": conflicts with mode.0.global", at: "converge_config")
            }
        }
        let networks = configuration.blocks("task_spec").flatMap { $0.blocks("networks_advanced") }
        if networks.contains(where: { [$0.string("id"), $0.string("name")].allSatisfy { $0?.isEmpty == false } }) {
            conflict("a network has either an id or a name", at: "task_spec")
        }
        return findings
    }

    func create(_ planned: Value, _ operation: ProviderOperation) async throws -> Value {
        let name = planned.string("name") ?? ""
        let body = try await request(planned, operation)
        let made = try await backend.ask("create the service \(name.goQuoted)", at: .attribute("name")) {
            try await $0.createService(body, credentials: credentials(planned))
        }
        for warning in made.warnings { operation.log(warning) }
        do {
            try await operation.record(JSONValue.object(["id": .string(made.id)]).serialized())
            if let convergence = ServiceConvergence(backend, operation, planned) { try await convergence.wait(for: made.id) }
            return try await state(planned, made.id)
        } catch {
            // Nothing that failed stays; the task may be cancelled, its cleaning up must not be.
            let removal = Task { try await remove(made.id, planned, operation) }
            do {
                try await removal.value
            } catch let problem {
                throw ProviderError(
                    "Unable to take the service \(name.goQuoted) back", "\(problem)\n\nIt was to be removed because: \(error)")
            }
            throw error
        }
    }

    /// The specification that a template wants.
    private func request(_ planned: Value, _ operation: ProviderOperation) async throws -> JSONValue {
        let version = try await backend.ask("agree on a version") { try await $0.version() }
        let container = planned.blocks("task_spec").first?.blocks("container_spec").first
        for (attribute, needed) in [("cap_add", APIVersion(1, 41)), ("cap_drop", APIVersion(1, 41))]
        where container?.strings(attribute)?.isEmpty == false && version < needed {
            throw ProviderError(
                "The Docker Engine is too old",
                "\(attribute.goQuoted) of a service needs API version \(needed), and both sides agreed on \(version).",
                at: .attribute("task_spec"))
        }
        var body = ServiceTable.fields.encoded(planned)
        body["Name"] = .string(planned.string("name") ?? "")
        body["Labels"] = DockerLabels.all(planned, operation)
        var task = body["TaskTemplate"] ?? [:]
        let networks = planned.blocks("task_spec").first?.blocks("networks_advanced") ?? []
        for (place, block) in networks.enumerated() where block.json("id") == nil {
            guard var entries = task["Networks"]?.arrayValue, entries.indices.contains(place) else { continue }
            entries[place].put("Target", block.json("name"))
            task["Networks"] = .array(entries)
        }
        for (member, kind, prefix) in [("Secrets", SwarmFileKind.secret, "Secret"), ("Configs", .config, "Config")] {
            guard var container = task["ContainerSpec"], var entries = container[member]?.arrayValue else { continue }
            for place in entries.indices where entries[place]["\(prefix)Name"] == nil {
                // The engine insists on the name as well.
                let id = entries[place]["\(prefix)ID"]?.stringValue ?? ""
                let file = try await backend.ask("read the \(prefix.lowercased()) \(id.goQuoted)", at: .attribute("task_spec")) {
                    try await $0.file(kind, id)
                }
                entries[place].put("\(prefix)Name", file["Spec"]?["Name"])
            }
            container[member] = .array(entries)
            task["ContainerSpec"] = container
        }
        body["TaskTemplate"] = task
        return body
    }

    private func credentials(_ planned: Value) -> RegistryCredentials? {
        if let auth = planned.blocks("auth").first {
            return RegistryCredentials(
                userName: auth.string("username") ?? "", password: auth.string("password") ?? "",
                serverAddress: auth.string("server_address") ?? "")
        }
        let image = planned.blocks("task_spec").first?.blocks("container_spec").first?.string("image")
        return image.flatMap { ImageReference($0) }.flatMap { backend.credentials(of: $0) }
    }

    // MARK: What there is

    private func inspect(_ id: String) async throws -> JSONValue? {
        try await backend.find("read the service \(id.goQuoted)") { try await $0.service(id) }
    }

    /// The specification of a service, with what the swarm chose for it.
    private static func found(_ service: JSONValue, _ state: Value) -> JSONValue {
        var spec = service["Spec"] ?? [:]
        if let mode = service["Endpoint"]?["Spec"]?["Mode"]?.filled {
            let ports = service["Endpoint"]?["Ports"] ?? spec["EndpointSpec"]?["Ports"] ?? .null
            spec["EndpointSpec"] = ["Mode": .string(mode), "Ports": ports]
        } else if spec["EndpointSpec"]?["Mode"]?.filled == nil {
            spec["EndpointSpec"] = .object((spec["EndpointSpec"]?.objectValue ?? [:]).merging(["Mode": "vip"]) { $1 })
        }
        // The Docker command adds a digest to the image of whatever service it changes.
        let wanted = state.blocks("task_spec").first?.blocks("container_spec").first?.string("image")
        if let wanted, !wanted.contains("@"), let image = spec["TaskTemplate"]?["ContainerSpec"]?["Image"]?.stringValue,
            let mark = image.firstIndex(of: "@")
        {
            spec["TaskTemplate"]?["ContainerSpec"]?["Image"] = .string(String(image[..<mark]))
        }
        return spec
    }

    private func state(_ planned: Value, _ id: String) async throws -> Value {
        let service = try await withPorts(id)
        let filled = ServiceTable.fields.filled(planned, Self.found(service, planned), schema.block)
        return schema.block.resolved(filled, ["id": .string(id)])
    }

    /// A service once the swarm has chosen its ports, which takes it a moment.
    private func withPorts(_ id: String) async throws -> JSONValue {
        for _ in 0..<50 {
            guard let service = try await inspect(id) else { break }
            let wanted = service["Spec"]?["EndpointSpec"]?["Ports"]?.arrayValue ?? []
            let chosen = service["Endpoint"]?["Ports"]?.arrayValue ?? []
            let isOpen = wanted.contains { $0["PublishMode"]?.stringValue != "host" && $0["PublishedPort"]?.intValue ?? 0 == 0 }
            if !isOpen || chosen.count == wanted.count { return service }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw ProviderError("The service has no ports", "The swarm did not choose ports for the service \(id.goQuoted) within 5 seconds.")
    }

    func read(_ state: Value, _ operation: ProviderOperation) async throws -> Value? {
        guard let id = state.string("id"), let service = try await inspect(id), service["ID"]?.stringValue == id else { return nil }
        let now = ServiceTable.fields.current(state, Self.found(service, state), schema.block)
        return now.setting(["labels": DockerLabels.understood(state, service["Spec"]?["Labels"], operation)])
    }

    func update(_ state: Value, to planned: Value, _ operation: ProviderOperation) async throws -> Value {
        let (id, name) = (state.string("id") ?? "", planned.string("name") ?? "")
        guard let service = try await inspect(id), let version = service["Version"]?["Index"]?.intValue else {
            throw ProviderError("The service \(name.goQuoted) is gone", "It was removed while it was to be changed; apply again.")
        }
        var body = try await request(planned, operation)
        // It stays the object of the operation that made it.
        body["Labels"]?.put(DockerLabels.operation, service["Spec"]?["Labels"]?[DockerLabels.operation])
        let warnings = try await backend.ask("change the service \(name.goQuoted)") { [body] client in
            try await client.updateService(id, version: version, body, credentials: credentials(planned))
        }
        for warning in warnings { operation.log(warning) }
        let now = try await self.state(planned, id)
        do {
            if let convergence = ServiceConvergence(backend, operation, planned) { try await convergence.wait(for: id) }
        } catch let error as ProviderError {
            // The change was made, and what it is now is known.
            throw ProviderError(error.findings, remaining: now)
        }
        return now
    }

    // MARK: Its end

    func delete(_ state: Value, _ operation: ProviderOperation) async throws {
        guard let id = state.string("id") else { return }
        try await remove(id, state, operation)
    }

    /// Removes a service and waits until its containers are gone, so that networks and volumes are free.
    private func remove(_ id: String, _ state: Value, _ operation: ProviderOperation) async throws {
        let name = state.string("name") ?? id
        let tasks = try await backend.find("list the tasks of the service \(name.goQuoted)") {
            try await $0.tasks(filters: ["service": [id]])
        }
        _ = try await backend.find("remove the service \(name.goQuoted)") { try await $0.removeService(id) }
        let grace = state.blocks("task_spec").first?.blocks("container_spec").first?.string("stop_grace_period")
        let seconds = grace.flatMap { try? GoDuration.nanoseconds($0) }.map { $0 / 1_000_000_000 } ?? 10
        let end = ContinuousClock.now + .seconds(min(seconds, 3600) + 30)
        for task in tasks ?? [] {
            guard let container = task["Status"]?["ContainerStatus"]?["ContainerID"]?.filled else { continue }
            while try await backend.find("read the container \(container.goQuoted)", { try await $0.container(container) })?
                .isRunning == true
            {
                guard ContinuousClock.now < end else {
                    operation.log("a container of the service \(name) still runs: \(container)")
                    return
                }
                try await Task.sleep(for: .milliseconds(100))
            }
        }
    }

    func importState(id: String, _ operation: ProviderOperation) async throws -> Value {
        let service = try await backend.ask("read the service \(id.goQuoted)") { try await $0.service(id) }
        let ours = operation.environment.labels
        let labels = (service["Spec"]?["Labels"]?.strings ?? [:]).filter { ours[$0.key] == nil && $0.key != DockerLabels.operation }
        let unknown = Value.object(
            schema.block.blocks.filter { !["auth", "converge_config"].contains($0.key) }.mapValues { .unknown($0.impliedType) })
        let filled = ServiceTable.fields.filled(unknown, Self.found(service, unknown), schema.block)
        return schema.block.resolved(
            filled.setting(["labels": DockerLabels.value(labels)]),
            ["id": .optional(service["ID"]?.stringValue), "name": .optional(service["Spec"]?["Name"]?.stringValue)])
    }

    func find(_ planned: Value, _ operation: ProviderOperation) async throws -> Value? {
        guard let filter = DockerLabels.filter(operation) else { return nil }
        let services = try await backend.ask("look for the service of \(operation.address)") { try await $0.services(filters: filter) }
        guard let id = services.first?["ID"]?.stringValue else { return nil }
        return try await state(planned, id)
    }
}

extension JSONValue {
    /// Of a container's inspection.
    fileprivate var isRunning: Bool { self["State"]?["Running"]?.boolValue == true }
}
