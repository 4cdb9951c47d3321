import PluginABI
package import PluginLoading
import ResourceGraph

/// Runs the jobs of one workspace so that nothing it made is forgotten: a job is noted before it starts, its checkpoints
/// are stored as they come, and a job that was lost, in this process or a former one, is recovered before the next runs.
///
/// One job at a time for one store.
package struct JobRunner: Sendable {
    private let plugin: any PluginInstance
    private let store: any JobStore

    /// A recovery that is lost itself is tried this often.
    package static let recoveriesMax = 3

    package init(_ plugin: any PluginInstance, store: any JobStore) {
        self.plugin = plugin
        self.store = store
    }

    /// What ``run(_:options:observer:)`` did.
    package struct Result: Sendable {
        package var report: JobReport
        /// The recovery that followed, if the job was lost.
        package var recovery: JobReport?
    }

    /// Recovers what an earlier job left, runs this one on the last checkpoint, and recovers it if it is lost.
    ///
    /// - Throws: ``PluginError``, or what the store throws. The workspace can then be tried again: whatever was not settled
    ///   is still noted.
    package func run(_ request: JobRequest, options: JobOptions = JobOptions(), observer: any JobObserver) async throws -> Result {
        _ = try await recoverUnfinished(options: options, observer: observer)
        var request = request
        request.checkpoint = try await lastState()
        guard request.operation.mayChangeThings else {
            return Result(report: try await run(request, options, observer), recovery: nil)
        }
        let record = JobRecord(
            id: options.id, operation: request.operation, operationID: request.operationID, plugin: plugin.descriptor.id,
            labels: request.labels, inputs: request.inputs)
        try await store.begin(record)
        let report = try await run(request, options, observer)
        guard report.outcome == .lost else {
            try await store.finish(record, graph: report.graph)
            return Result(report: report, recovery: nil)
        }
        return Result(report: report, recovery: try await recover(record, options: options, observer: observer))
    }

    /// Recovers the job that a former run of this host did not finish.
    ///
    /// - Returns: nil if there was none.
    package func recoverUnfinished(options: JobOptions = JobOptions(), observer: any JobObserver) async throws -> JobReport? {
        guard let record = try await store.unfinished() else { return nil }
        guard record.plugin == plugin.descriptor.id else {
            throw PluginError(
                .mismatch, "\(record.id) of plugin \(record.plugin) is not finished; it must be recovered by that plugin first",
                plugin: plugin.descriptor.id)
        }
        observer.received([LogRecord(.notice, "recovering \(record.operation), which was not finished", stage: "host")])
        return try await recover(record, options: options, observer: observer)
    }

    private func recover(_ record: JobRecord, options: JobOptions, observer: any JobObserver) async throws -> JobReport {
        guard plugin.descriptor.capabilities.contains(.recover) else {
            throw PluginError(
                .unsupported, "cannot recover, and \(record.operation) was lost; look at its backend", plugin: plugin.descriptor.id)
        }
        var request = JobRequest(.recover, operationID: record.operationID, inputs: record.inputs, labels: record.labels)
        request.interrupted = record.operation.wire
        for attempt in 1... {
            request.checkpoint = try await lastState()
            var options = options
            options.id = .new()
            let report = try await run(request, options, observer)
            if report.outcome == .succeeded {
                try await store.finish(record, graph: report.graph)
                return report
            }
            let isWorthTrying = report.outcome == .lost || report.outcome == .unavailable
            guard isWorthTrying, attempt < Self.recoveriesMax, !Task.isCancelled else {
                let reason = report.error?.message ?? report.diagnostics.first { $0.severity == .error }?.summary ?? "\(report.outcome)"
                throw PluginError(
                    .lost, "\(record.operation) was lost and could not be recovered: \(reason); what exists is kept on record",
                    plugin: plugin.descriptor.id,
                    job: record.id)
            }
            try await Task.sleep(for: .seconds(attempt))  // what ended the worker may pass
        }
        preconditionFailure("the loop above ends by itself")
    }

    /// The last checkpoint; an empty one says that nothing exists, and is handed to nobody.
    private func lastState() async throws -> Checkpoint? {
        let last = try await store.checkpoint()
        return last?.state.isEmpty == true ? nil : last
    }

    private func run(_ request: JobRequest, _ options: JobOptions, _ observer: any JobObserver) async throws -> JobReport {
        try await plugin.run(request, options: options, observer: StoringObserver(observer: observer, store: store))
    }

    /// Passes everything on, and stores checkpoints.
    private struct StoringObserver: JobObserver {
        let observer: any JobObserver
        let store: any JobStore

        func received(_ records: [LogRecord]) { observer.received(records) }
        func received(_ progress: ProgressReport) { observer.received(progress) }
        func received(_ diagnostic: Diagnostic) { observer.received(diagnostic) }

        func store(_ checkpoint: Checkpoint) async throws {
            try await store.store(checkpoint)
            try await observer.store(checkpoint)
        }
    }
}

extension JobOperation {
    /// Whether it may change the backend, so that it must not be forgotten half-way.
    package var mayChangeThings: Bool {
        switch self {
        case .apply, .destroy, .recover, .action: true
        case .parse, .plan, .read, .inventory: false
        }
    }
}
