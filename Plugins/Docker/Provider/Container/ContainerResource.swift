import DockerEngine
import HCL
import JSON
import ProviderKit

/// `docker_container`: a container, kept running unless the template says otherwise.
///
/// Most of a container cannot change as long as it exists, so ``read(_:_:)`` compares only what can: whether it runs, its name,
/// limits, restart policy and networks. That, and keeping the words of the template where the engine has others for the same,
/// is why a second plan of the same template changes nothing.
struct ContainerResource: ResourceType {
    let backend: DockerBackend

    var schema: Schema { ContainerSchema.schema }

    /// What the engine changes in a container.
    private static let limits = [
        "restart", "max_retry_count", "memory", "memory_reservation", "memory_swap", "cpu_shares", "cpu_set", "cpu_period", "cpu_quota",
    ]

    func validate(_ configuration: Value) -> [ProviderFinding] {
        var findings: [ProviderFinding] = []
        for block in configuration.blocks("upload") {
            let values = ["content", "content_base64", "source"].map { block[attribute: $0] }
            guard values.allSatisfy(\.isKnown), values.count(where: { !$0.isNull }) != 1 else { continue }
            let detail = "Exactly one of \"content\", \"content_base64\" and \"source\" must be set."
            findings.append(ProviderFinding(.error, "Invalid upload", detail, at: .attribute("upload")))
        }
        if !configuration.blocks("device_requests").isEmpty, !configuration[attribute: "gpus"].isNull {
            findings.append(
                ProviderFinding(
                    .error, "Conflicting configuration arguments", "\"device_requests\": conflicts with gpus", at: .attribute("gpus")))
        }
        return findings
    }

    func plan(_ change: inout PlannedChange, _ operation: ProviderOperation) async throws {
        guard !change.isCreate else { return }
        if change.changes("must_run"), change.planned.bool("must_run") == true {
            for name in ["exit_code", "network_data"] {
                if let type = schema.block.attributes[name]?.type { change[name] = .unknown(type) }
            }
        }
        // The engine takes zero for "as it is": a limit cannot be taken away.
        for name in Self.limits where name != "restart" && name != "max_retry_count" && change.changes(name) {
            let value = change[name]
            if value.isKnown, change.planned.json(name) == nil { change.replacing.insert(.attribute(name)) }
        }
    }

    func create(_ planned: Value, _ operation: ProviderOperation) async throws -> Value {
        let creation = ContainerCreation(backend: backend, operation: operation, planned: planned)
        return try await OperationTimeout.run(planned, "create") { try await creation.run() }
    }

    /// A container as an object of the state.
    static func state(_ planned: Value, _ findings: ContainerFindings, logs: String? = nil) -> Value {
        var found = findings.computed
        found["container_logs"] = .optional(logs)
        return ContainerSchema.schema.block.resolved(planned.setting(["ports": findings.ports(planned)]), found)
    }

    func read(_ state: Value, _ operation: ProviderOperation) async throws -> Value? {
        guard let id = state.string("id"), let findings = try await operation.outcome({ $0 == nil }, { try await inspect(id) }) else {
            return nil
        }
        var found = findings.current
        found["ports"] = findings.ports(state)
        let swapIsLimited = state.json("memory_swap") == nil ? true : try await isSwapLimited()
        found.merge(findings.drift(from: state, swapIsLimited: swapIsLimited)) { $1 }
        let shouldRun = state.bool("must_run") != false && state.bool("start") != false && state.bool("attach") != true
        if shouldRun && !findings.isRunning {
            operation.log("the container \(findings.name) does not run (exit code \(findings.exitCode)); it is going to be started")
            found["must_run"] = .false
        }
        return state.setting(found)
    }

    private func isSwapLimited() async throws -> Bool {
        try await backend.ask("ask the engine what it can") { try await $0.info() }["SwapLimit"]?.boolValue ?? true
    }

    private func inspect(_ id: String) async throws -> ContainerFindings? {
        let inspection = try await backend.find("read the container \(id.goQuoted)") { try await $0.container(id) }
        guard let inspection, inspection["State"]?["Status"]?.stringValue != "removing" else { return nil }
        return ContainerFindings(inspection: inspection)
    }

    func update(_ state: Value, to planned: Value, _ operation: ProviderOperation) async throws -> Value {
        try await OperationTimeout.run(planned, "update") { try await change(state, to: planned, operation) }
    }

    private func change(_ state: Value, to planned: Value, _ operation: ProviderOperation) async throws -> Value {
        let id = state.string("id") ?? ""
        if Self.limits.contains(where: { state[attribute: $0] != planned[attribute: $0] }) {
            var body = ContainerRequest(planned: planned, operation: operation).limits
            // Otherwise more memory would be refused because of the swap that the engine derived from the former.
            if body["MemorySwap"] == nil, let memory = body["Memory"]?.intValue {
                let (twice, overflow) = memory.multipliedReportingOverflow(by: 2)
                body["MemorySwap"] = .integer(overflow ? -1 : Int64(twice))
            }
            let answer: JSONValue
            do {
                answer = try await backend.client().updateContainer(id, body)
            } catch let error as DockerError {
                let title = "update the container \((planned.string("name") ?? id).goQuoted)"
                throw ProviderError(error, title, at: ContainerCulprit.attribute(in: error.message, planned))
            }
            for warning in answer["Warnings"]?.stringList ?? [] { operation.log("the engine warns: \(warning)") }
        }
        let isWanted = planned.bool("must_run") != false && planned.bool("start") != false && planned.bool("attach") != true
        if isWanted { try await ContainerCreation(backend: backend, operation: operation, planned: planned).start(id) }
        guard let findings = try await inspect(id) else {
            throw ProviderError("The container is gone", "Somebody removed the container \(id.goQuoted) while it was being updated.")
        }
        return Self.state(planned, findings)
    }

    func delete(_ state: Value, _ operation: ProviderOperation) async throws {
        try await OperationTimeout.run(state, "delete") { try await remove(state) }
    }

    private func remove(_ state: Value) async throws {
        guard let id = state.string("id") else { return }
        let title = "remove the container \((state.string("name") ?? id).goQuoted)"
        _ = try await backend.find(title) { client in
            if let grace = state.integer("destroy_grace_seconds"), grace > 0, state.bool("attach") != true {
                try await client.stopContainer(id, graceSeconds: grace)
            }
            try await client.removeContainerForGood(id, volumes: state.bool("remove_volumes") != false)
        }
    }

    func find(_ planned: Value, _ operation: ProviderOperation) async throws -> Value? {
        guard let filter = DockerLabels.filter(operation) else { return nil }
        let containers = try await operation.outcome({ !$0.isEmpty }) {
            try await backend.ask("look for the container of \(operation.address)") { try await $0.containers(filters: filter) }
        }
        guard let id = containers.first?["Id"]?.stringValue else { return nil }
        return try await inspect(id).map { Self.state(planned, $0) }
    }

    func importState(id: String, _ operation: ProviderOperation) async throws -> Value {
        guard let findings = try await inspect(id) else {
            throw ProviderError("Container not found", "The engine has no container \(id.goQuoted).")
        }
        return findings.imported(operation)
    }
}
