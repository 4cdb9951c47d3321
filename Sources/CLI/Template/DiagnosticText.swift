import HCL

/// A diagnostic of a template for a terminal: what, where, the source, the values involved, and what to do.
struct DiagnosticText {
    let diagnostic: Diagnostic
    /// The files that were read, by the name that ranges have.
    let sources: [String: SourceFile]
    let isColoured: Bool

    /// Several lines, without a newline at the end.
    var text: String {
        let word = diagnostic.severity == .error ? "Error" : "Warning"
        var lines = [colour("\(word): ", diagnostic.severity == .error ? 31 : 33) + colour(diagnostic.summary, 1), ""]
        if let subject = diagnostic.subject {
            lines.append("  on \(subject.file) line \(subject.start.line):")
            lines += snippet(subject)
            if !diagnostic.values.isEmpty {
                lines.append("    ├────────────────")
                lines += diagnostic.values.map { "    │ \($0.reference) \($0.statement)" }
            }
            lines.append("")
        }
        if !diagnostic.detail.isEmpty { lines += [diagnostic.detail, ""] }
        return lines.joined(separator: "\n")
    }

    private func snippet(_ subject: SourceRange) -> [String] {
        guard let source = sources[subject.file] else { return [] }
        return source.snippet(for: diagnostic.context ?? subject, linesMax: 20).map { line in
            let number = String(line.number)
            return String(repeating: " ", count: max(0, 4 - number.count)) + number + ": " + line.text
        }
    }

    private func colour(_ text: String, _ code: Int) -> String { isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
}
