/// A place in a source file.
package struct SourcePosition: Sendable, Hashable, Comparable {
    /// 1-based.
    package var line: Int
    /// 1-based; counts grapheme clusters, as HCL does.
    package var column: Int
    /// 0-based offset in bytes.
    package var byte: Int

    package init(line: Int, column: Int, byte: Int) {
        self.line = line
        self.column = column
        self.byte = byte
    }

    package static let start = SourcePosition(line: 1, column: 1, byte: 0)

    package static func < (left: SourcePosition, right: SourcePosition) -> Bool { left.byte < right.byte }
}

/// A stretch of a source file; the end is exclusive.
package struct SourceRange: Sendable, Hashable {
    /// The file's name as diagnostics show it.
    package var file: String
    package var start: SourcePosition
    package var end: SourcePosition

    package init(file: String, start: SourcePosition, end: SourcePosition) {
        self.file = file
        self.start = start
        self.end = end
    }

    /// From the start of one range to the end of another in the same file.
    package static func between(_ first: SourceRange, _ last: SourceRange) -> SourceRange {
        SourceRange(file: first.file, start: first.start, end: last.end)
    }

    /// The smallest range that covers both.
    package func union(_ other: SourceRange) -> SourceRange {
        SourceRange(file: file, start: min(start, other.start), end: max(end, other.end))
    }
}
