import HCL
import JSON

/// What a validation found, for programs: the document of `terraform validate -json`.
struct DiagnosticJSON {
    let diagnostics: Diagnostics
    /// The files that were read, by the name that ranges have.
    let sources: [String: SourceFile]

    var document: JSONValue {
        let errors = diagnostics.filter { $0.severity == .error }.count
        return [
            "format_version": "1.0", "valid": .bool(errors == 0), "error_count": JSONValue(errors),
            "warning_count": JSONValue(diagnostics.count - errors), "diagnostics": .array(diagnostics.map(json)),
        ]
    }

    private func json(_ diagnostic: Diagnostic) -> JSONValue {
        var json: JSONValue = [
            "severity": .string(diagnostic.severity.rawValue), "summary": .string(diagnostic.summary), "detail": .string(diagnostic.detail),
        ]
        if let address = diagnostic.address { json["address"] = .string(address) }
        guard let place = DiagnosticPlace(diagnostic, in: sources) else { return json }
        json["range"] = ["filename": .string(place.range.file), "start": self.json(place.range.start), "end": self.json(place.range.end)]
        guard !place.lines.isEmpty else { return json }
        let code = place.lines.map(\.text).joined(separator: "\n")
        let start = min(place.offset, code.utf8.count)
        json["snippet"] = [
            "context": place.block.map { .string($0) } ?? .null, "code": .string(code), "start_line": JSONValue(place.lines[0].number),
            "highlight_start_offset": JSONValue(start),
            "highlight_end_offset": JSONValue(min(start + place.range.end.byte - place.range.start.byte, code.utf8.count)),
            "values": .array(diagnostic.values.map { ["traversal": .string($0.reference), "statement": .string($0.statement)] }),
        ]
        return json
    }

    private func json(_ position: SourcePosition) -> JSONValue {
        ["line": JSONValue(position.line), "column": JSONValue(position.column), "byte": JSONValue(position.byte)]
    }
}
