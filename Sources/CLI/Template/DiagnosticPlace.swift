import HCL

/// Where a diagnostic points, with what of the source is shown there.
struct DiagnosticPlace {
    /// What it is about; an empty range is one byte long here, so that there is something to point at.
    let range: SourceRange
    /// The block around it: `resource "docker_container" "web"`.
    let block: String?
    let lines: [SourceFile.SnippetLine]
    /// Where in the text of the lines the range begins, in bytes.
    let offset: Int

    /// Nil if the diagnostic is about no place. Without the file there are no lines.
    init?(_ diagnostic: Diagnostic, in sources: [String: SourceFile], linesMax: Int = 1000) {
        guard var subject = diagnostic.subject else { return nil }
        if subject.start.byte >= subject.end.byte {
            subject.end = subject.start
            subject.end.byte += 1
            subject.end.column += 1
        }
        range = subject
        guard let source = sources[subject.file] else {
            (block, lines, offset) = (nil, [], 0)
            return
        }
        let shown = diagnostic.context ?? subject
        lines = source.snippet(for: shown, linesMax: linesMax)
        let start = min(shown.start.byte, source.bytes.count)
        let lineStart = source.bytes[..<start].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        offset = max(0, subject.start.byte - lineStart)
        block = Self.block(in: source, around: subject.start.byte - 1)
    }

    /// The header of the outermost block that a byte is in.
    private static func block(in source: SourceFile, around byte: Int) -> String? {
        // In JSON there are no headers.
        guard !source.name.hasSuffix(".json") else { return nil }
        let (body, _) = Parser.parseFile(source.bytes, file: source.name)
        let block = body.blocks.first { $0.typeRange.start.byte <= byte && byte < $0.closeBrace.end.byte }
        return block.map { ([$0.type] + $0.labels.map(\.goQuoted)).joined(separator: " ") }
    }
}
