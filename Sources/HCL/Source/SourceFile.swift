/// A file of configuration, kept to show pieces of it beside diagnostics.
package struct SourceFile: Sendable {
    /// As diagnostics show it.
    package let name: String
    package let bytes: [UInt8]

    package init(name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    /// A line that a range touches.
    package struct SnippetLine: Sendable, Hashable {
        /// 1-based.
        package var number: Int
        /// Without its line ending; bytes that are not UTF-8 are replaced.
        package var text: String
    }

    /// The whole lines that `range` touches, at most `linesMax` of them.
    ///
    /// An end in column 1 does not touch its line, unless the range is empty.
    package func snippet(for range: SourceRange, linesMax: Int = 1000) -> [SnippetLine] {
        let first = max(0, min(range.start.byte, bytes.count))
        let last = max(first, min(range.end.byte, bytes.count))
        var start = first
        while start > 0, bytes[start - 1] != 0x0A { start -= 1 }

        var lines: [SnippetLine] = []
        var number = range.start.line
        repeat {
            var end = start
            while end < bytes.count, bytes[end] != 0x0A { end += 1 }
            var textEnd = end
            if textEnd > start, bytes[textEnd - 1] == 0x0D { textEnd -= 1 }
            lines.append(SnippetLine(number: number, text: String(decoding: bytes[start..<textEnd], as: UTF8.self)))
            start = end + 1
            number += 1
        } while start < last && lines.count < linesMax
        return lines
    }
}

extension SourceRange: CustomStringConvertible {
    /// As Terraform writes it in sentences: `main.tf:2,3-8`, or `main.tf:2,3-4,1` over several lines.
    package var description: String {
        let begin = "\(file):\(start.line),\(start.column)-"
        return begin + (start.line == end.line ? "\(end.column)" : "\(end.line),\(end.column)")
    }
}
