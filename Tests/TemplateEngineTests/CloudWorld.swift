import HCL
import ProviderKit
import Synchronization
import TemplateConfiguration
import TemplateEngine
import TemplateEvaluation
import TemplateState
import TemplateTestHost
import TestSupport

/// An engine with a cloud, in the process of the test.
struct CloudWorld {
    let fixture: Fixture
    let calls = CallRecord()
    var parallelism = 10
    /// Makes calls fail, or take long.
    var onCall: @Sendable (Cloud.Call) async throws -> Void = { _ in }
    var answer: @Sendable (Value) -> Value = { $0 }
    var isProvisionerFailing = false

    init(_ fixture: Fixture) { self.fixture = fixture }

    var cloud: Cloud { Cloud(directory: fixture.directory + "/cloud") }
    var template: CloudTemplate { CloudTemplate(endpoint: cloud.directory) }

    private var provider: CloudProvider {
        let (calls, onCall) = (calls, onCall)
        return CloudProvider(
            onCall: { call in
                calls.add(call)
                defer { if call.isOver { calls.end() } }
                do {
                    try await onCall(call)
                } catch {
                    if !call.isOver { calls.end() }
                    throw error
                }
            }, answer: answer)
    }

    var catalog: ProviderCatalog { ProviderCatalog([provider], provisioners: [Mark(isFailing: isProvisionerFailing)]) }
    var environment: EngineEnvironment {
        EngineEnvironment(provider: ProviderEnvironment(directory: fixture.directory + "/template"), parallelism: parallelism)
    }

    /// - Parameter text: of the template; may be one that cannot be read.
    func engine(_ text: String, _ configurations: [ProviderConfigurationAddress: String] = [:]) throws -> TemplateEngine {
        _ = try fixture.write("template/main.tf", text)
        let (configuration, _) = ConfigurationLoader().load(fixture.directory + "/template")
        return TemplateEngine(
            configuration: configuration, catalog: catalog, environment: environment, providerConfigurations: configurations)
    }

    func plan(_ text: String, _ state: State?, isDestroy: Bool = false) async throws -> PlanResult {
        var options = PlanOptions()
        options.isDestroy = isDestroy
        return try await engine(text).plan(state, options: options)
    }

    func apply(_ text: String, _ state: State? = nil, isDestroy: Bool = false, journal: (any Journal)? = nil) async throws -> ApplyResult {
        let planned = try await plan(text, state, isDestroy: isDestroy)
        guard let plan = planned.plan else { throw TestFailure("\(planned.diagnostics.map(\.text))") }
        calls.clear()
        return try await engine(text).apply(plan, journal: journal)
    }

    /// The same, which has to succeed.
    func applied(_ text: String, _ state: State? = nil, isDestroy: Bool = false) async throws -> State {
        let result = try await apply(text, state, isDestroy: isDestroy)
        guard !result.diagnostics.hasErrors else { throw TestFailure("\(result.diagnostics.map(\.text))") }
        return result.state
    }
}

/// A provisioner that does nothing, or fails.
private struct Mark: Provisioner {
    var isFailing: Bool
    let name = "mark"
    let schema = BlockSchema()

    func validate(_ configuration: Value) -> [ProviderFinding] { [] }
    func run(_ configuration: Value, connection: Value, _ operation: ProvisionerOperation) async throws {
        if isFailing { throw TestFailure("no mark") }
    }
}

/// What a cloud was asked, in order.
final class CallRecord: Sendable {
    private let state = Mutex<(calls: [Cloud.Call], running: Int, most: Int)>(([], 0, 0))

    func add(_ call: Cloud.Call) {
        state.withLock {
            $0.calls.append(call)
            if call.isOver { return }
            $0.running += 1
            $0.most = max($0.most, $0.running)
        }
    }

    func end() { state.withLock { $0.running -= 1 } }
    func clear() { state.withLock { $0 = ([], 0, 0) } }

    /// How many ran at once.
    var most: Int { state.withLock(\.most) }

    /// What was made, changed or removed, as `create a`.
    var changes: [String] {
        state.withLock(\.calls).filter { $0.isOver && [.create, .update, .delete].contains($0.kind) }.map { "\($0.kind) \($0.name)" }
    }
}

extension Diagnostic {
    var text: String { "\(summary): \(detail)" }
}

extension State {
    func object(_ address: String) throws -> ObjectState? { self[try ResourceInstanceAddress.parse(address)]?.current }
}
