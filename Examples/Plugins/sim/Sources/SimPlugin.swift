import Glibc
public import JSON
public import PluginKit

/// A plugin whose backend is pretended: for tests, for demonstrations, and to read as an example.
public struct SimPlugin: Plugin {
    private let configuration: SimConfiguration
    private let backend: SimBackend

    /// Who it is.
    public static let info = PluginInfo(
        id: "dev.berth.sim", name: "sim", version: "1.0.0", summary: "A simulated backend with failures on demand",
        capabilities: Set(PluginInfo.Capability.allCases), configurationSchema: SimConfiguration.schema)

    /// Its own operations.
    public static let actions: [Action<SimPlugin>] = [
        Action(
            "resize", title: "Resize", summary: "Changes the size of a disk.", appliesTo: "sim_disk", mutates: true, isIdempotent: true,
            parameters: [Parameter("size", .u64, "the new size in GiB", constraint: ["minimum": 1, "maximum": 4096])]
        ) { plugin, arguments, request, job in
            try await plugin.resize(to: arguments.unsigned("size"), request, SimHostCalls(job, "resize", plugin.configuration))
        },
        Action(
            "count", title: "Count", summary: "Counts the simulated objects whose name begins with a text.", appliesTo: "*",
            isIdempotent: true, parameters: [Parameter("prefix", .str, "what the names begin with", default: "")]
        ) { plugin, arguments, _, job in
            let prefix = arguments.text("prefix")
            let objects = try await plugin.backend.objects(labelled: [:]).filter { $0.name.hasPrefix(prefix) }
            try await job.output("count", .integer(Int64(objects.count)))
        },
    ]

    /// Takes a configuration that fits ``SimConfiguration/schema``.
    public init(configuration: JSONValue, host: HostInfo) throws {
        guard let known = SimConfiguration(configuration) else {
            throw Failure(
                .invalidArgument, code: "sim.configuration", summary: "\"backend\" must be the absolute path of a file",
                attribute: "/backend")
        }
        self.configuration = known
        backend = SimBackend(path: known.backend, configuration: known, calls: SimCounter())
    }

    /// Publishes the template's parameters.
    public func parse(_ request: Request, job: Job) async throws {
        let template = try SimTemplate(directory: request.sourceDirectory)
        try await job.publish(
            parameters: ["variables": [], "parameters": .array(template.parameters), "presets": [], "external_auth": [], "tags": [:]])
    }

    /// Compares the template with what exists.
    public func plan(_ request: Request, job: Job) async throws {
        let host = SimHostCalls(job, "plan", configuration)
        let state = SimState(try request.stateDocument)
        let template = request.plansDestroy ? nil : try SimTemplate(directory: request.sourceDirectory)
        for line in 0..<(template?.logLines ?? 0) { host.log(.info, "line \(line) of the template's log") }
        let wanted = template.map { Self.wanted($0, request) } ?? []
        for item in wanted {
            let known = state.known[item.address]
            let exists = try await known.asyncFlatMap { try await backend.object(id: $0.id) } != nil
            let change: Resource.Change = !exists ? .create : known!.attributes == item.attributes ? .none : .update
            try await host.add(item.resource(change, id: exists ? known!.id : nil))
        }
        for (address, known) in state.known.sorted(by: { $0.key < $1.key }) where !wanted.contains(where: { $0.address == address }) {
            try await host.add(known.resource(address, .delete))
        }
        for item in wanted {
            for dependency in item.dependencies where wanted.contains(where: { $0.address == dependency }) {
                try await host.connect(item.address, .dependsOn, dependency)
            }
        }
        if let agentHost = template?.agentHost, wanted.contains(where: { $0.address == agentHost }) {
            try await addAgent(on: agentHost, host)
        }
    }

    /// Creates, changes and deletes what the template asks for.
    public func apply(_ request: Request, job: Job) async throws {
        let host = SimHostCalls(job, "apply", configuration)
        let template = try SimTemplate(directory: request.sourceDirectory)
        let wanted = Self.wanted(template, request)
        var state = SimState(try request.stateDocument)
        state.agentHost = template.agentHost
        do {
            let outdated = state.known.keys.filter { address in !wanted.contains { $0.address == address } }
            for address in outdated.sorted(by: >) { try await delete(address, &state, host) }
            for item in wanted {
                try job.checkCancellation()
                host.log(.info, "checking \(item.address)")
                if let known = state.known[item.address], try await backend.object(id: known.id) != nil {
                    if known.attributes != item.attributes { try await update(item, known, &state, host) }
                } else {
                    try await create(item, request, &state, host)
                }
            }
            for line in 0..<template.logLines { host.log(.info, "line \(line) of the template's log") }
        } catch {
            // What exists is reported whatever happened; the error itself goes on.
            try await report(state, host)
            throw Self.explained(error)
        }
        try await report(state, host)
    }

    /// Deletes everything that the state knows of.
    public func destroy(_ request: Request, job: Job) async throws {
        let host = SimHostCalls(job, "destroy", configuration)
        var state = SimState(try request.stateDocument)
        do {
            for address in state.known.keys.sorted(by: >) {
                try job.checkCancellation()
                try await delete(address, &state, host)
            }
        } catch {
            try await report(state, host)
            throw Self.explained(error)
        }
    }

    /// Reports what exists of what the state knows.
    public func read(_ request: Request, job: Job) async throws {
        let host = SimHostCalls(job, "read", configuration)
        var state = SimState(try request.stateDocument)
        for (address, known) in state.known.sorted(by: { $0.key < $1.key }) {
            if let object = try await backend.object(id: known.id) {
                state.known[address]?.attributes = object.attributes
            } else {
                state.known[address] = nil
                job.diagnose(
                    Diagnostic(
                        .warning, code: "sim.gone", summary: "\(known.id) is gone", detail: "The next start creates it again.",
                        resource: address))
            }
        }
        try await report(state, host)
    }

    /// Finds out what became of the intent that has no handle.
    public func recover(_ request: Request, job: Job) async throws {
        let host = SimHostCalls(job, "recover", configuration)
        var state = SimState(try request.stateDocument)
        switch state.intent {
        case .create(let address, let backendName, let kind, let name, let dependencies):
            if let object = try await backend.object(named: backendName) {
                state.known[address] = SimState.Known(
                    id: object.id, kind: kind, name: name, attributes: object.attributes, dependencies: dependencies)
            }
        case .update(let address, _):
            if let known = state.known[address], let object = try await backend.object(id: known.id) {
                state.known[address]?.attributes = object.attributes
            }
        case .delete(let address):
            if let known = state.known[address], try await backend.object(id: known.id) == nil { state.known[address] = nil }
        case nil: break
        }
        state.intent = nil
        try await host.checkpoint(state)
        try await report(state, host)
    }

    /// Reports everything that carries the labels.
    public func inventory(_ request: Request, job: Job) async throws {
        for object in try await backend.objects(labelled: request.labels) {
            try await job.add(
                Resource(
                    "sim_\(object.kind).\(object.id)", type: "sim_\(object.kind)", name: object.name, remoteID: object.id,
                    attributes: ["labels": .object(object.labels.mapValues { .string($0) })]))
        }
    }
}

// MARK: - One step at a time

extension SimPlugin {
    private func create(_ item: SimTemplate.Item, _ request: Request, _ state: inout SimState, _ host: SimHostCalls) async throws {
        let workspace = request.inputs["workspace"]?["id"]?.stringValue ?? "workspace"
        let backendName = "\(workspace)-\(item.kind)-\(item.name)"
        state.intent = .create(
            address: item.address, backendName: backendName, kind: item.kind, name: item.name, dependencies: item.dependencies)
        try await host.checkpoint(state)
        let object: SimBackend.Object
        do {
            object = try await backend.create(name: backendName, kind: item.kind, labels: request.labels, attributes: item.attributes)
        } catch SimBackend.Refusal.nameTaken {
            // An earlier try of this workspace made it and could not say so; the name is this workspace's own.
            guard let existing = try await backend.object(named: backendName) else { throw SimBackend.Refusal.noAnswer }
            object = existing
        }
        state.known[item.address] = SimState.Known(
            id: object.id, kind: item.kind, name: item.name, attributes: object.attributes, dependencies: item.dependencies)
        state.intent = nil
        try await host.checkpoint(state)
        host.log(.info, "created \(item.address)")
    }

    private func update(
        _ item: SimTemplate.Item, _ known: SimState.Known, _ state: inout SimState, _ host: SimHostCalls
    ) async throws {
        state.intent = .update(address: item.address, attributes: item.attributes)
        try await host.checkpoint(state)
        try await backend.update(id: known.id, attributes: item.attributes)
        state.known[item.address]?.attributes = item.attributes
        state.intent = nil
        try await host.checkpoint(state)
    }

    private func delete(_ address: String, _ state: inout SimState, _ host: SimHostCalls) async throws {
        guard let known = state.known[address] else { return }
        state.intent = .delete(address: address)
        try await host.checkpoint(state)
        try await backend.delete(id: known.id)
        state.known[address] = nil
        state.intent = nil
        try await host.checkpoint(state)
        host.log(.info, "deleted \(address)")
    }

    private func resize(to size: UInt64, _ request: Request, _ host: SimHostCalls) async throws {
        var state = SimState(try request.stateDocument)
        guard let address = request.resource, var item = state.known[address] else {
            throw Failure(.notFound, code: "sim.resource", summary: "the workspace has no \(request.resource ?? "resource to resize")")
        }
        item.attributes["size"] = .integer(Int64(size))
        state.intent = .update(address: address, attributes: item.attributes)
        try await host.checkpoint(state)
        try await backend.update(id: item.id, attributes: item.attributes)
        state.known[address] = item
        state.intent = nil
        try await host.checkpoint(state)
        try await host.job.output("size", .integer(Int64(size)))
    }

    /// What should exist: machines only while the workspace is started.
    private static func wanted(_ template: SimTemplate, _ request: Request) -> [SimTemplate.Item] {
        let isStarted = request.inputs["transition"]?.stringValue ?? "start" == "start"
        return template.items.filter { isStarted || $0.kind != "machine" }
    }

    private func report(_ state: SimState, _ host: SimHostCalls) async throws {
        for (address, known) in state.known.sorted(by: { $0.key < $1.key }) {
            try await host.add(known.resource(address, .none))
            for dependency in known.dependencies where state.known[dependency] != nil {
                try await host.connect(address, .dependsOn, dependency)
            }
        }
        if let agentHost = state.agentHost, state.known[agentHost] != nil { try await addAgent(on: agentHost, host) }
    }

    private func addAgent(on address: String, _ host: SimHostCalls) async throws {
        try await host.add(
            Resource("coder_agent.main", type: "coder_agent", name: "main", kind: .agent, attributes: ["os": "linux", "arch": "amd64"]))
        try await host.connect("coder_agent.main", .runsOn, address)
    }

    private static func explained(_ error: any Error) -> any Error {
        guard let refusal = error as? SimBackend.Refusal else { return error }
        return Failure(
            .failed, code: "sim.no-answer", summary: refusal == .noAnswer ? "the simulated backend did not answer" : "the name is taken",
            detail: "Run it again.")
    }
}

extension SimTemplate.Item {
    func resource(_ change: Resource.Change, id: String?) -> Resource {
        Resource(
            address, type: "sim_\(kind)", name: name, change: change, remoteID: id, attributes: .object(attributes))
    }
}

extension SimState.Known {
    func resource(_ address: String, _ change: Resource.Change) -> Resource {
        Resource(address, type: "sim_\(kind)", name: name, change: change, remoteID: id, attributes: .object(attributes))
    }
}

extension Optional where Wrapped: Sendable {
    func asyncFlatMap<T>(_ body: (Wrapped) async throws -> T?) async rethrows -> T? {
        guard let self else { return nil }
        return try await body(self)
    }
}
