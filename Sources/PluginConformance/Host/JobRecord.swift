import PluginLoading
import ResourceGraph

/// Everything that one job of a plugin said and did.
struct JobRecord: Sendable {
    var operation: JobOperation
    /// What the operation returned, as a number.
    var status: UInt32
    /// What the border refused while the operation ran.
    var violations: [String]
    /// What the plugin said.
    var said: ProbeSink.Record
    /// Whether the job had been cancelled when it returned.
    var wasCancelled: Bool
    /// Whether it was cancelled because it took too long.
    var wasLate: Bool
    var bridge: JobBridge

    /// What the border has refused until now, also after the operation returned.
    var violationsUntilNow: [String] { bridge.violations }

    /// For messages: `failed` or `4711`.
    var answer: String { PluginStatus(rawValue: status)?.description ?? "the unknown status \(status)" }

    var isOK: Bool { status == PluginStatus.ok.rawValue }

    /// Whether a diagnostic says why it failed.
    var isExplained: Bool { said.diagnostics.contains { $0.severity == .error } }

    /// The plugin's own words about its failure, to be put behind a message.
    var words: String {
        guard let first = said.diagnostics.first(where: { $0.severity == .error }) else { return "" }
        return "; it says: \(first)"
    }

    /// Managed resources that exist after the job.
    var managed: [GraphNode] { said.nodes.filter { $0.kind == .managed && $0.change != .delete } }

    /// Their identities in the backend.
    var remoteIDs: Set<String> { Set(managed.compactMap(\.remoteID)) }

    /// Ends the test unless the job did what was asked. A failure that follows from a call that the border refused is
    /// reported by the test that the refusal belongs to.
    func expectOK(_ when: String = "") throws {
        try expect(isOK || !violations.isEmpty, "\(operation)\(when.isEmpty ? "" : " " + when) answered \(answer), ok was expected\(words)")
    }
}
