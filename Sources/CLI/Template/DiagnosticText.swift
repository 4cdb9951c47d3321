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
        if let address = diagnostic.address { lines.append("  with \(address)\(diagnostic.subject == nil ? "" : ",")") }
        if let place = DiagnosticPlace(diagnostic, in: sources, linesMax: 20) {
            lines.append("  on \(place.range.file) line \(place.range.start.line)\(place.block.map { ", in \($0)" } ?? ""):")
            lines += place.lines.map { line in
                let number = String(line.number)
                return String(repeating: " ", count: max(0, 4 - number.count)) + number + ": " + line.text
            }
            if !diagnostic.values.isEmpty {
                lines.append("    ├────────────────")
                lines += diagnostic.values.map { "    │ \($0.reference) \($0.statement)" }
            }
        }
        if lines.count > 2 { lines.append("") }
        if !diagnostic.detail.isEmpty { lines += [diagnostic.detail, ""] }
        return lines.joined(separator: "\n")
    }

    private func colour(_ text: String, _ code: Int) -> String { isColoured ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text }
}
