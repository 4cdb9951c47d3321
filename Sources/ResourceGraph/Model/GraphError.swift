/// Why there is no graph.
package struct GraphError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Everything that is wrong; at least one.
    package let issues: [GraphIssue]

    /// An error of several issues.
    package init(_ issues: [GraphIssue]) {
        precondition(!issues.isEmpty, "a graph error has at least one issue")
        self.issues = issues
    }

    /// An error of one issue.
    package init(_ code: String, _ address: String, _ message: String) {
        self.init([GraphIssue(code, address, message)])
    }

    /// The first three issues, and how many more there are.
    package var description: String {
        let shown = issues.prefix(3).map(\.description).joined(separator: "; ")
        return issues.count > 3 ? "\(shown); and \(issues.count - 3) more" : shown
    }
}
