/// A finding about a configuration, as Terraform shows it.
package struct Diagnostic: Sendable, Hashable, Error, CustomStringConvertible {
    package enum Severity: String, Sendable {
        case error, warning
    }

    package var severity: Severity
    /// One line; what conformance compares.
    package var summary: String
    /// Sentences that name the values involved; may have several lines.
    package var detail: String
    /// What it is about.
    package var subject: SourceRange?
    /// What is shown around it; the subject alone if nil.
    package var context: SourceRange?
    /// Values that took part, for the lines "├─ var.x is "a"" below the snippet.
    package var values: [InvolvedValue]
    /// Of what it is about, for the line "with docker_container.web[0]"; nil if the place tells enough.
    package var address: String?

    /// A reference in the expression at fault, and what it stood for.
    package struct InvolvedValue: Sendable, Hashable {
        /// As written: `var.name`.
        package var reference: String
        /// As Terraform describes it: `is "a"`, `is a list of string`, `has a sensitive value`.
        package var statement: String

        package init(reference: String, statement: String) {
            self.reference = reference
            self.statement = statement
        }
    }

    package init(
        _ severity: Severity, _ summary: String, _ detail: String = "", subject: SourceRange? = nil, context: SourceRange? = nil,
        values: [InvolvedValue] = []
    ) {
        self.severity = severity
        self.summary = summary
        self.detail = detail
        self.subject = subject
        self.context = context
        self.values = values
    }

    /// An error.
    package static func error(
        _ summary: String, _ detail: String = "", subject: SourceRange? = nil, context: SourceRange? = nil
    ) -> Diagnostic {
        Diagnostic(.error, summary, detail, subject: subject, context: context)
    }

    package var description: String {
        let place = subject.map { "\($0.file):\($0.start.line),\($0.start.column): " } ?? ""
        return place + "\(severity): \(summary)" + (detail.isEmpty ? "" : "; \(detail)")
    }
}

/// Findings, in the order in which they were made.
package typealias Diagnostics = [Diagnostic]

extension [Diagnostic] {
    /// Whether at least one is an error.
    package var hasErrors: Bool { contains { $0.severity == .error } }
}
