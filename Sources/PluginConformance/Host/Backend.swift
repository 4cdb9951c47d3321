import JSON
import PluginLoading
import ResourceGraph

/// A configured plugin with a workspace in it: an instance, the directory it may write to, and the state a host
/// would keep.
final class Backend {
    private let session: ConformanceSession
    let instance: LoadedInstance
    var sample: SampleData
    /// What `${TEMP}` of the sample became.
    let directory: String
    /// The last checkpoint.
    var checkpoint: Checkpoint?
    private var isClosed = false
    /// Makes checkpoints durable; nil if the test's own memory will do.
    var store: (@Sendable (Checkpoint) -> PluginStatus)?

    init(_ session: ConformanceSession, instance: LoadedInstance, sample: SampleData, directory: String) {
        self.session = session
        self.instance = instance
        self.sample = sample
        self.directory = directory
    }

    /// Whether the plugin has this operation.
    func offers(_ operation: JobOperation) -> Bool {
        (try? instance.library.function(for: operation)) != nil  // the only error is that it is not offered
    }

    /// What a host would ask: with the workspace's state, the template where one is needed, and labels.
    func request(_ operation: JobOperation, id: OperationID = .new()) -> JobRequest {
        var request = JobRequest(operation, operationID: id, inputs: sample.inputs.serialized(), labels: sample.labels(operation: id))
        switch operation {
        case .parse, .plan, .apply: request.sourceDirectory = sample.source
        case .inventory: request.labels = request.labels.filter { $0.key == "berth.deployment" || $0.key == "berth.workspace" }
        default: break
        }
        if operation != .parse, operation != .inventory { request.checkpoint = checkpoint }
        if operation == .recover { request.interrupted = JobOperation.apply.wire }
        return request
    }

    /// Runs an operation and keeps its last checkpoint, as a host does.
    @discardableResult
    func run(
        _ operation: JobOperation, id: OperationID = .new(), disturbance: Disturbance? = nil, isCancelled: Bool = false,
        patience: JobRun.Patience? = nil, _ change: (inout JobRequest) -> Void = { _ in }
    ) throws -> JobRecord {
        var request = request(operation, id: id)
        change(&request)
        session.progress("\(operation)")
        let record = try JobRun.run(
            request, on: instance, workDirectory: session.workDirectory, disturbance: disturbance, isCancelled: isCancelled,
            patience: patience ?? session.patience, store: store)
        checkpoint = record.said.checkpoints.last ?? checkpoint
        return record
    }

    /// The identities of what the backend holds for this workspace; nil if the plugin has no inventory.
    func inventory() throws -> Set<String>? {
        guard offers(.inventory) else { return nil }
        let record = try run(.inventory)
        try record.expectOK()
        return Set(record.said.nodes.compactMap(\.remoteID))
    }

    /// Those of a job's managed resources that the inventory can list: a file in a directory that carries the labels
    /// need not carry them itself.
    ///
    /// - Parameter types: those of what the inventory listed after an undisturbed apply.
    static func listable(_ record: JobRecord, _ types: Set<String>) -> Set<String> {
        Set(record.managed.filter { types.contains($0.type) }.compactMap(\.remoteID))
    }

    /// The types of what the inventory lists.
    func inventoryTypes() throws -> Set<String> {
        guard offers(.inventory) else { return [] }
        let record = try run(.inventory)
        try record.expectOK()
        return Set(record.said.nodes.map(\.type))
    }

    /// What exists: by inventory, or else by reading the given state.
    func existing(_ state: Checkpoint?) throws -> Set<String> {
        if let found = try inventory() { return found }
        let kept = checkpoint
        defer { checkpoint = kept }
        guard offers(.read) else { return [] }
        return try run(.read) { $0.checkpoint = state }.remoteIDs
    }

    /// Ends the instance, which must not be used afterwards.
    func close() throws {
        isClosed = true
        let instance = instance
        try JobRun.call("destroy_instance", seconds: session.patience.graceSeconds) { instance.destroy() }
    }

    /// Removes what is left, as far as the plugin can; for tests that end early.
    func cleanUp() {
        guard !isClosed, checkpoint != nil, offers(.destroy) else { return }
        // The test has its result already; what cannot be removed here is in the temporary directory, or marked.
        _ = try? run(.destroy)
    }
}
