import JSON
import PluginLoading
import PluginSupervision
import ResourceGraph
import TestSupport
import Testing

/// A workspace of the sim plugin, and the pretended cloud behind it.
struct SimWorld {
    let fixture: Fixture
    let manifest: PluginManifest
    let world: String
    let workspace: String
    let template: String

    static let labels = [Label(key: "berth.deployment", value: "d1"), Label(key: "berth.workspace", value: "w1")]
    static let inputs: JSONValue = ["transition": "start", "workspace": ["id": "w1", "name": "dev"]]

    init(_ fixture: Fixture, name: String) throws {
        self.fixture = fixture
        manifest = try Package.plugin("sim")
        world = try fixture.makeDirectory(name) + "/world.json"
        workspace = try fixture.makeDirectory(name + "/workspace")
        template = manifest.directory + "/example"
    }

    var store: DirectoryJobStore { get throws { try DirectoryJobStore(workspace + "/record") } }

    /// The host's directory; opening it ends the workers of a host that died.
    func settings() throws -> WorkerSettings {
        WorkerSettings(executable: Package.products + "/berth-plugin-worker", directory: try HostDirectory(workspace + "/host"))
    }

    func configuration(_ extra: [String: JSONValue] = [:]) -> JSONValue {
        .object(extra.merging(["backend": .string(world)]) { $1 })
    }

    func request(_ operation: JobOperation, resource: String? = nil) -> JobRequest {
        let id = OperationID.new()
        return JobRequest(
            operation, operationID: id, sourceDirectory: operation == .apply || operation == .plan ? template : nil,
            inputs: Self.inputs.serialized(), labels: Self.labels + [Label(key: "berth.operation", value: id.rawValue)],
            resource: resource)
    }

    /// Checks that backend and stored state agree, then destroys the workspace and checks that nothing is left.
    func expectNothingLost(_ plugin: any PluginInstance, _ where_: String) async throws {
        let runner = JobRunner(plugin, store: try store)
        var inventory = JobRequest(.inventory)
        inventory.labels = Self.labels
        let exists = try await runner.run(inventory, observer: RecordingObserver()).report.graph.resources.compactMap(\.remoteID)
        let read = try await runner.run(request(.read), observer: RecordingObserver()).report
        let known = read.graph.resources.filter { $0.kind == .managed }.compactMap(\.remoteID)
        #expect(Set(known) == Set(exists), "known and existing resources differ \(where_)")
        #expect(read.diagnostics.isEmpty, "the state names what does not exist \(where_)")
        #expect(try store.unfinished() == nil, "the job is still noted as unfinished \(where_)")

        // A workspace that was recovered can be used: the interrupted apply is run again and changes nothing it need not.
        let apply = try await runner.run(request(.apply), observer: RecordingObserver()).report
        #expect(apply.outcome == .succeeded, "apply after recovery \(where_): \(String(describing: apply.error))")
        #expect(Set(known).isSubset(of: apply.graph.resources.compactMap(\.remoteID)), "what existed was made again \(where_)")

        let destroy = try await runner.run(request(.destroy), observer: RecordingObserver()).report
        #expect(destroy.outcome == .succeeded, "destroy \(where_): \(String(describing: destroy.error))")
        let left = try await runner.run(inventory, observer: RecordingObserver()).report.graph.resources
        #expect(left.isEmpty, "leaked \(left.map(\.address)) \(where_)")
    }
}
