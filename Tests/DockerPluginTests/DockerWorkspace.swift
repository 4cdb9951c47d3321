import DockerEngine
import DockerTestSupport
import Foundation
import JSON
import PluginLoading
import PluginSupervision
import ResourceGraph
import TestSupport
import Testing

/// A workspace of the Docker plugin: a template in a directory, a record in another, and a worker that does its jobs.
final class DockerWorkspace: Sendable {
    let id: String
    /// One of its own: other tests' objects are not its orphans.
    let deployment = UUID().uuidString.lowercased()
    let client: DockerClient
    let template: String
    let store: DirectoryJobStore
    private let plugin: SupervisedPlugin

    /// - Parameters:
    ///   - template: the text of `main.tf` after the list of providers; nil if `directory` is the template.
    ///   - configuration: of the plugin, beside the engine's address.
    init(
        _ fixture: Fixture, _ text: String? = nil, directory: String? = nil, configuration: [String: JSONValue] = [:], host: String? = nil
    ) async throws {
        id = UUID().uuidString.lowercased()
        client = try await TestEngine.shared.client()
        if let text { _ = try fixture.write("template/main.tf", Self.head + text) }
        template = directory ?? fixture.directory + "/template"
        store = try DirectoryJobStore(try fixture.makeDirectory("record"))
        let address = if let host { host } else { try await TestEngine.shared.endpoint().text }
        plugin = try await fixture.supervised(
            try await offPool { try Package.plugin("docker") },
            configuration: .object(configuration.merging(["host": .string(address)]) { own, _ in own }))
    }

    private static let head = """
        terraform {
          required_providers {
            coder  = { source = "coder/coder" }
            docker = { source = "kreuzwerker/docker" }
          }
        }
        data "coder_workspace" "me" {}

        """

    /// What the server says of a build.
    func inputs(_ transition: String = "start", _ more: [String: JSONValue] = [:]) -> JSONValue {
        let script = "echo agent at ${ACCESS_URL} http://127.0.0.1/x; sleep 1000"
        let usual: [String: JSONValue] = [
            "transition": .string(transition), "deployment": ["id": .string(deployment), "access_url": "http://localhost:3000"],
            "workspace": ["id": .string(id), "name": "Dev"], "build": ["id": "b-1", "number": 1],
            "owner": ["id": "o-1", "name": "me", "full_name": "Me Myself", "email": "me@example.org"],
            "template": ["id": "t-1", "name": "docker", "version": "1"],
            "agent": ["scripts": ["linux_amd64": .string(script), "linux_arm64": .string(script)]],
        ]
        return .object(usual.merging(more) { $1 })
    }

    var labels: [Label] {
        [("berth.deployment", deployment), ("berth.workspace", id), ("berth.owner", "o-1"), ("berth.build", "b-1")]
            .map { Label(key: $0.0, value: $0.1) }
    }

    /// Runs a job, as the server and `berth plugin run` do.
    @discardableResult
    func run(
        _ operation: JobOperation, _ transition: String = "start", inputs more: [String: JSONValue] = [:], plan: [UInt8]? = nil,
        observer: RecordingObserver = RecordingObserver()
    ) async throws -> JobReport {
        var request = JobRequest(operation, inputs: inputs(transition, more).serialized(), labels: labels, plan: plan)
        if [.parse, .plan, .apply].contains(operation) { request.sourceDirectory = template }
        // What needs nothing but the record is given nothing else.
        if [.destroy, .read, .recover, .inventory].contains(operation) { request.inputs = "{}" }
        if operation == .inventory { request.labels = labels.filter { $0.key == "berth.workspace" } }
        return try await JobRunner(plugin, store: store).run(request, observer: observer).report
    }

    /// Calls an action, with defaults for what is not given.
    func call(
        _ action: String, _ values: [String: JSONValue], resource: String? = nil, observer: RecordingObserver = RecordingObserver()
    ) async throws -> (report: JobReport, outputs: [String: JSONValue]) {
        let declaration = try #require(plugin.descriptor.actions.first { $0.id == action })
        let arguments = try declaration.arguments(from: values)
        let request = JobRequest(.action(id: action, arguments: arguments), labels: labels, resource: resource)
        let report = try await JobRunner(plugin, store: store).run(request, observer: observer).report
        if resource == nil { #expect(report.outcome == .succeeded, "\(report.diagnostics)") }
        return (report, Dictionary(report.graph.outputs.map { ($0.name, $0.value) }) { $1 })
    }

    /// The same, which is to succeed.
    @discardableResult
    func succeed(
        _ operation: JobOperation, _ transition: String = "start", inputs more: [String: JSONValue] = [:], plan: [UInt8]? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> JobReport {
        let report = try await run(operation, transition, inputs: more, plan: plan)
        #expect(report.outcome == .succeeded, "\(report.diagnostics) \(String(describing: report.error))", sourceLocation: sourceLocation)
        return report
    }

    /// What a plan would do, but for what stays as it is: `docker_container.a update`.
    func changes(_ transition: String = "start", inputs more: [String: JSONValue] = [:]) async throws -> [String] {
        try await succeed(.plan, transition, inputs: more).graph.nodes.filter { $0.change != .none && $0.kind != .data }
            .map { "\($0.address) \($0.change.name)" }
    }

    /// Containers, networks and volumes with the workspace's label.
    func remains() async throws -> [String] {
        let filter = ["label": ["berth.workspace=\(id)"]]
        let containers = try await client.containers(filters: filter).compactMap { $0["Id"]?.stringValue }
        let networks = try await client.networks(filters: filter).compactMap { $0["Name"]?.stringValue }
        return (containers + networks + (try await client.volumes(filters: filter).compactMap { $0["Name"]?.stringValue })).sorted()
    }
}

extension JSONValue {
    /// The value at a path of names and numbers: `HostConfig|Binds|0`.
    func at(_ path: String) -> JSONValue? {
        path.split(separator: "|").reduce(Optional(self)) { value, step in Int(step).flatMap { value?[$0] } ?? value?[String(step)] }
    }
}

/// Coder's own templates and modules, read in place.
enum CoderCorpus {
    static let path = URL(filePath: #filePath).appending(path: "../../../../shared/data/coder").standardized.path
    static let isThere = FileManager.default.fileExists(atPath: path)

    /// The modules that the Docker template calls, as a mirror has them.
    static func mirror(in directory: String) throws -> String {
        for name in ["code-server", "jetbrains"] {
            let place = "\(directory)/registry.coder.com/coder/\(name)/coder"
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            try FileManager.default.copyItem(atPath: "\(path)/modules/registry/coder/modules/\(name)", toPath: "\(place)/1.99.0")
        }
        return directory
    }
}
