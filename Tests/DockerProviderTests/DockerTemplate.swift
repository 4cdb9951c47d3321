import DockerEngine
import DockerTestSupport
import Foundation
import HCL
import HTTPProvider
import JSON
import ProviderKit
import Providers
import Synchronization
import TemplateConfiguration
import TemplateEngine
import TemplateEvaluation
import TemplateModules
import TemplateState
import Testing

@testable import DockerProvider

/// A template in a directory of its own, with what was made of it.
final class DockerTemplate {
    let directory: String
    let client: DockerClient
    private let host: String
    /// What the deployment puts on every object.
    static let labels = ["berth.workspace": "w1"]
    /// The same for this one.
    var ownLabels = DockerTemplate.labels
    var state: State?
    /// What the providers' environment has beside the engine's address.
    var variables: [String: String] = [:]
    /// Modules for machines without a network, if the template calls some.
    var mirror: String?
    /// What gets agents into containers.
    var agents: AgentDelivery?

    convenience init(_ text: String, on engine: TestEngine = .shared) async throws {
        try await self.init(on: engine)
        try write(text)
    }

    init(on engine: TestEngine = .shared) async throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "docker-template-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        host = try await engine.endpoint().text
        client = try await engine.client()
    }

    deinit {
        // What is left in a temporary directory does no harm.
        try? FileManager.default.removeItem(atPath: directory)
    }

    func write(_ text: String, to file: String = "main.tf") throws {
        let head =
            file == "main.tf" ? "terraform {\n  required_providers {\n    docker = { source = \"kreuzwerker/docker\" }\n  }\n}\n" : ""
        let path = "\(directory)/\(file)"
        try FileManager.default.createDirectory(
            atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try (head + text).write(toFile: path, atomically: true, encoding: .utf8)
    }

    private func configuration() async throws -> (Configuration, Diagnostics) {
        guard let mirror else { return ConfigurationLoader().load(directory) }
        var options = ModuleInstallOptions(store: "\(directory)/.store", variables: [:])
        options.mirror = mirror
        options.usesNetwork = false
        let result = try await ModuleInstaller(options).install(directory)
        return (result.configuration, result.diagnostics)
    }

    private func engine(_ observer: @escaping @Sendable (EngineEvent) -> Void = { _ in }) async throws -> TemplateEngine {
        let (configuration, found) = try await configuration()
        if found.hasErrors { throw Failure(found) }
        let variables = variables.merging(["DOCKER_HOST": host]) { $1 }
        return TemplateEngine(
            configuration: configuration, catalog: ProviderCatalog(standardProviders() + [DockerProvider(), HTTPProvider()]),
            environment: EngineEnvironment(
                provider: ProviderEnvironment(variables: variables, directory: directory, labels: ownLabels, agents: agents),
                observer: observer))
    }

    func plan(destroy: Bool = false) async throws -> Plan {
        var options = PlanOptions()
        options.isDestroy = destroy
        let result = try await engine().plan(state, options: options)
        guard let plan = result.plan, !result.diagnostics.hasErrors else { throw Failure(result.diagnostics) }
        return plan
    }

    func apply(destroy: Bool = false, observer: @escaping @Sendable (EngineEvent) -> Void = { _ in }) async throws {
        let plan = try await plan(destroy: destroy)
        let result = try await engine(observer).apply(plan, journal: nil)
        state = result.state
        if result.diagnostics.hasErrors { throw Failure(result.diagnostics) }
    }

    func destroy() async throws { try await apply(destroy: true) }

    /// What a plan would do, but for what stays as it is: `docker_container.a update`.
    func changes() async throws -> [String] {
        try await plan().changes.filter { $0.action != .noOp }.map { "\($0.address) \($0.action.rawValue)" }
    }

    /// The attributes of an object as they are stored.
    func attributes(_ address: String) throws -> JSONValue {
        let object = try #require(state?[try ResourceInstanceAddress.parse(address)]?.current, "no \(address)")
        return try JSONValue(parsing: object.attributes)
    }

    /// Why it could not be done.
    struct Failure: Error, CustomStringConvertible {
        var diagnostics: Diagnostics
        init(_ diagnostics: Diagnostics) { self.diagnostics = diagnostics }
        var description: String { diagnostics.map { "\($0.summary): \($0.detail)" }.joined(separator: "\n") }
    }
}

/// The lines that providers wrote.
final class Log: Sendable {
    private let lines = Mutex<[String]>([])

    var text: String { lines.withLock { $0.joined(separator: "\n") } }
    var observer: @Sendable (EngineEvent) -> Void {
        { event in
            if case .output(_, let line) = event { self.lines.withLock { $0.append(line) } }
        }
    }
}

extension JSONValue {
    /// The value at a path of names and numbers: `HostConfig.Binds.0`.
    func at(_ path: String) -> JSONValue? {
        path.split(separator: "|").reduce(Optional(self)) { value, step in Int(step).flatMap { value?[$0] } ?? value?[String(step)] }
    }
}
