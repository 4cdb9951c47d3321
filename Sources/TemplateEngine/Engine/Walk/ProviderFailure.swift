import HCL
import ProviderKit
import TemplateEvaluation

/// What went wrong in an operation of a provider.
struct ProviderFailure {
    var findings: [ProviderFinding]
    /// What exists in spite of it.
    var remaining: Value?
    var isCancellation = false
    /// Whether the backend may still be at work on it.
    var isUnsettled = false

    /// - Parameter action: what was being done, for errors that say nothing of it: `read null_resource.a`.
    init(_ error: any Error, _ action: String) {
        switch error {
        case let error as ProviderError:
            findings = error.findings
            remaining = error.remaining
            isUnsettled = error.isUnsettled
        case is CancellationError:
            findings = [ProviderFinding(.error, "Operation cancelled", "The attempt to \(action) was cancelled.")]
            isCancellation = true
        default: findings = [ProviderFinding(.error, "Failed to \(action)", "\(error)")]
        }
    }

    /// With their places in the source.
    func diagnostics(in body: Body?, address: String? = nil) -> Diagnostics {
        if let body { return findings.diagnostics(in: body, address: address) }
        return findings.map { Diagnostic($0.severity, $0.summary, $0.detail) }
    }
}
