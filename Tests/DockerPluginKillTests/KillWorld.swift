import DockerEngine
import DockerTestSupport
import HCL
import JSON
import PluginLoading
import PluginSupervision
import TemplateConfiguration
import TemplateEngine
import TemplateState
import TestSupport
import Testing

/// A workspace of a standard Docker template: its record, the proxy between its workers and the engine, and what is true of both.
struct KillWorld: Sendable {
    /// Tells this workspace from all others on the engine.
    let id: String
    let manifest: PluginManifest
    let directory: String
    let proxy: EngineProxy
    let harm: Harm
    let client: DockerClient

    static let deployment = "berth-kill-tests"

    init(_ fixture: Fixture, _ id: String) async throws {
        self.id = id
        manifest = try Package.plugin("docker")
        directory = try fixture.makeDirectory(id)
        let harm = Harm()
        self.harm = harm
        // Outside of the fixture's directory: the path of a socket has a hundred bytes at most.
        proxy = try EngineProxy(try await TestEngine.shared.endpoint(), at: "\(fixture.directory)/\(id).sock") { harm.fate(of: $0) }
        client = try await TestEngine.shared.client()
        _ = try fixture.write("\(id)/template/main.tf", KillTemplate.text)
        _ = try fixture.write("\(id)/template/image/Dockerfile", "FROM \(TestEngine.image)\nLABEL made.for=\(id)\n")
        let proxy = proxy
        await fixture.atEnd { proxy.close() }
    }

    var template: String { directory + "/template" }
    var store: DirectoryJobStore { get throws { try DirectoryJobStore(directory + "/record") } }
    var configuration: JSONValue { ["host": .string("unix://\(proxy.path)"), "module_network": false] }

    /// Does something with a host's plugin. To open the host's directory ends the workers of one that died.
    func withPlugin<T>(_ body: (SupervisedPlugin) async throws -> T) async throws -> T {
        let settings = WorkerSettings(
            executable: Package.products + "/berth-plugin-worker", directory: try HostDirectory(directory + "/host"))
        defer { settings.directory.release() }
        let plugin = try await SupervisedPlugin.make(manifest, configuration: configuration, settings: settings, logger: quietLogger)
        let result: Result<T, any Error>
        do { result = .success(try await body(plugin)) } catch { result = .failure(error) }
        await plugin.close()
        return try result.get()
    }

    /// Kills the workers that the host knows of.
    func killWorkers() {
        for name in directoryEntries(directory + "/host/workers") { Leftovers.end(of: WorkerID(rawValue: name)) }
    }

    // MARK: Jobs

    /// What is done with a workspace.
    enum Step: String, Sendable, CaseIterable {
        case create, stop, start, delete

        var operation: JobOperation { self == .delete ? .destroy : .apply }
        var transition: String { self == .create ? "start" : rawValue }
    }

    func inputs(_ step: Step) -> JSONValue {
        [
            "transition": .string(step.transition), "deployment": ["id": .string(Self.deployment), "access_url": "https://berth.example"],
            "workspace": ["id": .string(id), "name": .string(id)], "build": ["id": "b", "number": 1],
            "owner": ["id": "o", "name": "ada"], "template": ["id": "t", "name": "docker", "version": "1"],
        ]
    }

    var labels: [Label] { [Label(key: "berth.deployment", value: Self.deployment), Label(key: "berth.workspace", value: id)] }

    func request(_ step: Step) -> JobRequest {
        let operation = OperationID.new()
        return JobRequest(
            step.operation, operationID: operation, sourceDirectory: step == .delete ? nil : template, inputs: inputs(step).serialized(),
            labels: labels + [Label(key: "berth.operation", value: operation.rawValue)])
    }

    // MARK: What must be true

    /// Does a step undisturbed; it must succeed.
    func run(_ step: Step, _ place: String) async throws {
        try await withPlugin { plugin in
            let report = try await JobRunner(plugin, store: try store).run(request(step), observer: RecordingObserver()).report
            try #require(report.outcome == .succeeded, "\(step) \(place): \(Self.words(of: report))")
        }
    }

    /// Why a job did not succeed.
    static func words(of report: JobReport) -> String {
        let diagnostics = report.diagnostics.filter { $0.severity == .error }.map { "\($0.summary): \($0.detail)" }
        return "\(report.outcome) \(report.error?.message ?? "") \(diagnostics)"
    }

    /// Nothing of the workspace is on the engine that is not on record, and nothing is on record that is not on the engine.
    func expectAgreement(_ place: String) async throws {
        #expect(try store.unfinished() == nil, "the job is still noted as unfinished \(place)")
        let known = try recorded()
        var exists = try await existing()
        // An engine goes on for a moment with what it was asked by the dead; what is lost stays lost.
        for _ in 0..<20 where exists != known {
            try await Task.sleep(for: .milliseconds(100))
            exists = try await existing()
        }
        #expect(exists.subtracting(known).isEmpty, "leaked \(exists.subtracting(known).sorted()) \(place)")
        #expect(known.subtracting(exists).isEmpty, "on record, and gone: \(known.subtracting(exists).sorted()) \(place)")
    }

    /// What the last checkpoint knows of.
    private func recorded() throws -> Set<String> {
        guard let checkpoint = try store.checkpoint(), !checkpoint.state.isEmpty else { return [] }
        let log = try JournalLog.decoded(checkpoint.state)
        #expect(log.open.isEmpty, "still open: \(log.open.map { "\($0.intent.address)" })")
        var found: Set<String> = []
        for (address, resource) in log.state.resources where address.resource.type.hasPrefix("docker_") {
            let type = address.resource.type
            for instance in resource.instances.values {
                for object in [instance.current].compactMap({ $0 }) + Array(instance.deposed.values) {
                    let attributes = try JSONValue(parsing: object.attributes)
                    found.insert("\(type) \(attributes[type == "docker_image" ? "image_id" : "id"]?.stringValue ?? "?")")
                }
            }
        }
        return found
    }

    /// What the engine has of this workspace.
    private func existing() async throws -> Set<String> {
        let filter = ["label": labels.map { "\($0.key)=\($0.value)" }]
        // A build that was cut off leaves an image with only some of our labels: that of the change is the first. What it is made of
        // is not listed, and goes with it. Before that label, it leaves only what every build of the Dockerfile finds and uses again.
        let images = ["label": ["made.for=\(id)", "berth.change"]]
        func ids(_ type: String, _ name: String, _ objects: [JSONValue]) -> [String] {
            objects.map { "\(type) \($0[name]?.stringValue ?? "?")" }
        }
        return Set(
            ids("docker_container", "Id", try await client.containers(filters: filter))
                + ids("docker_network", "Id", try await client.networks(filters: filter))
                + ids("docker_volume", "Name", try await client.volumes(filters: filter))
                + ids("docker_image", "Id", try await client.images(filters: images)))
    }

    func expectNothingRuns(_ place: String) async throws {
        let filter = ["label": labels.map { "\($0.key)=\($0.value)" }]
        let running = try await client.containers(all: false, filters: filter)
        #expect(running.isEmpty, "\(running.count) containers run after \(place)")
    }

    /// The container runs, and what was written into the volume before is there.
    func expectUsable(_ place: String, hasContent: Bool) async throws {
        let container = try await client.container("kill-\(id)")
        #expect(container["State"]?["Running"] == true, "the container does not run \(place)")
        if !hasContent { try await inContainer("echo kept > /home/coder/content") }
        #expect(try await inContainer("cat /home/coder/content") == "kept\n", "the volume's content is lost \(place)")
        try await expectAgreement(place)
    }

    @discardableResult
    private func inContainer(_ command: String) async throws -> String {
        var output = ""
        _ = try await client.execute(["sh", "-c", command], in: "kill-\(id)") { output += String(decoding: $0.bytes, as: UTF8.self) }
        return output
    }

    func expectNothingLeft(_ place: String) async throws {
        let left = try await existing()
        #expect(left.isEmpty, "left after delete \(place): \(left.sorted())")
        #expect(try recorded().isEmpty)
        var notFound = false
        do { _ = try await client.container("kill-\(id)") } catch let error as DockerError { notFound = error.isNotFound }
        #expect(notFound, "there is still a container of the name \(place)")
    }
}
