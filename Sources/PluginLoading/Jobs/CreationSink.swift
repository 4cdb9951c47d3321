package import ResourceGraph
import Synchronization

/// Takes what a plugin says while it is being created; everything but words is refused before it gets here.
package final class CreationSink: JobSink {
    private let diagnostics = Mutex<[Diagnostic]>([])

    package init() {}

    package func log(_ record: LogRecord) {}
    package func progress(_ progress: ProgressReport) {}

    package func diagnose(_ diagnostic: Diagnostic) {
        diagnostics.withLock { if $0.count < 20 { $0.append(diagnostic) } }
    }

    package func checkpoint(_ checkpoint: Checkpoint) -> PluginStatus { .invalidState }
    package func add(_ node: GraphNode) -> PluginStatus { .invalidState }
    package func add(_ edge: GraphEdge) -> PluginStatus { .invalidState }
    package func add(_ output: GraphOutput) -> PluginStatus { .invalidState }
    package func keepPlan(_ plan: [UInt8]) -> PluginStatus { .invalidState }
    package func publish(kind: String, json: String) -> PluginStatus { .invalidState }

    /// What was said.
    package var words: [Diagnostic] { diagnostics.withLock { $0 } }

    /// An error with the plugin's own words added.
    package func explaining(_ error: PluginError) -> PluginError {
        guard let first = words.first(where: { $0.severity == .error }) else { return error }
        var error = error
        error.cause = first.summary + (first.attribute.map { " (\($0))" } ?? "") + (first.detail.isEmpty ? "" : "; " + first.detail)
        return error
    }
}
