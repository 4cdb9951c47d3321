package import HCL

/// What a provider finds wrong with a value, or could not do.
package struct ProviderFinding: Sendable, Hashable {
    package var severity: Diagnostic.Severity
    /// One line.
    package var summary: String
    package var detail: String
    /// The attribute at fault; the engine finds its place in the source.
    package var path: AttributePath?

    package init(_ severity: Diagnostic.Severity, _ summary: String, _ detail: String = "", at path: AttributePath? = nil) {
        self.severity = severity
        self.summary = summary
        self.detail = detail
        self.path = path
    }
}

/// Why an operation of a provider failed.
package struct ProviderError: Error, Sendable, CustomStringConvertible {
    /// At least one error.
    package var findings: [ProviderFinding]
    /// What exists in spite of the failure: a create that failed half-way, the state of an object that was updated in part.
    /// The engine stores it, as tainted after a create.
    package var remaining: Value?
    /// Whether nobody said how it ended, so that the backend may still be at work on it.
    package var isUnsettled = false

    package init(_ summary: String, _ detail: String = "", at path: AttributePath? = nil, remaining: Value? = nil) {
        findings = [ProviderFinding(.error, summary, detail, at: path)]
        self.remaining = remaining
    }

    package init(_ findings: [ProviderFinding], remaining: Value? = nil) {
        self.findings = findings
        self.remaining = remaining
    }

    package var description: String {
        findings.map { $0.detail.isEmpty ? $0.summary : "\($0.summary): \($0.detail)" }.joined(separator: "; ")
    }
}
