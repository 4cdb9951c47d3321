/// Sets the blanks before each token: indentation, between tokens, and to align what stands in columns.
struct Layout {
    /// A line of code in up to three cells; those of neighbouring lines are aligned.
    private struct Line {
        /// Everything up to the others.
        var lead: Range<Int>
        /// From the equals sign of an argument that ends on its line.
        var assignment: Range<Int>?
        /// A comment after code.
        var comment: Int?
    }

    private var tokens: [FormatToken]
    private var lines: [Line] = []

    static func apply(to tokens: inout [FormatToken]) {
        var layout = Layout(tokens: tokens)
        layout.cut()
        layout.indent()
        layout.space()
        layout.align {
            $0.assignment?.lowerBound
        } width: {
            $0.columns($1.lead)
        }
        layout.align {
            $0.comment
        } width: {
            $0.columns($1.lead) + ($1.assignment.map($0.columns) ?? 0)
        }
        tokens = layout.tokens
    }

    private init(tokens: [FormatToken]) { self.tokens = tokens }

    // MARK: Lines and cells

    private mutating func cut() {
        var start = 0
        for (index, token) in tokens.enumerated() {
            if token.kind == .endOfFile {
                lines.append(line(start..<index))
                return
            }
            if token.endsLine {
                lines.append(line(start..<(index + 1)))
                start = index + 1
            }
        }
        lines.append(line(start..<tokens.count))
    }

    private func line(_ whole: Range<Int>) -> Line {
        var line = Line(lead: whole)
        if whole.count > 1, tokens[whole.upperBound - 1].kind == .comment {
            line.comment = whole.upperBound - 1
            line.lead = whole.dropLast()
        }
        if let equals = line.lead.dropFirst().first(where: { tokens[$0].kind == .equal }) {
            let value = equals..<line.lead.upperBound
            // With more opened than closed the value goes on below.
            if tokens[value].reduce(0, { $0 + $1.bracketChange }) == 0 {
                line.assignment = value
                line.lead = line.lead.lowerBound..<equals
            }
        }
        return line
    }

    private func columns(_ range: Range<Int>) -> Int {
        tokens[range].reduce(0) { $0 + $1.blanks + Columns.clusters(in: $1.text) }
    }

    // MARK: Indentation

    /// A line that opens brackets indents those after it once, however many it opens.
    private mutating func indent() {
        var levels: [Int] = []
        for line in lines where !line.lead.isEmpty {
            let first = line.lead.lowerBound
            guard tokens[first].kind != .newline else {
                tokens[first].blanks = 0
                continue
            }
            var opened = 0
            for index in line.lead {
                opened += tokens[index].bracketChange
                if tokens[index].kind == .openHeredoc { break }
            }
            for index in line.assignment ?? 0..<0 { opened += tokens[index].bracketChange }

            if opened < 0 { Self.close(-opened, &levels) }
            tokens[first].blanks = 2 * levels.count
            if opened > 0 { levels.append(opened) }
        }
    }

    private static func close(_ count: Int, _ levels: inout [Int]) {
        var closed = count
        while closed > 0, let last = levels.popLast() {
            if closed < last { levels.append(last - closed) }
            closed -= min(closed, last)
        }
    }

    // MARK: Between tokens

    private mutating func space() {
        for line in lines {
            space(line.lead)
            guard let assignment = line.assignment else { continue }
            tokens[assignment.lowerBound].blanks = 1
            space(assignment)
        }
    }

    private mutating func space(_ cell: Range<Int>) {
        for index in cell.dropLast() {
            let before = index > cell.lowerBound ? tokens[index - 1].kind : nil
            tokens[index + 1].blanks = Spacing.isBlank(after: tokens[index], before: before, and: tokens[index + 1]) ? 1 : 0
        }
    }

    // MARK: Columns

    /// Moves the cells that `cell` finds on neighbouring lines to one column after the widest of what precedes them.
    private mutating func align(_ cell: (Line) -> Int?, width: (Layout, Line) -> Int) {
        var chain: [(cell: Int, width: Int)] = []
        func close(_ layout: inout Layout) {
            let widest = chain.reduce(0) { max($0, $1.width) }
            for link in chain { layout.tokens[link.cell].blanks = widest - link.width + 1 }
            chain = []
        }
        for line in lines {
            if let index = cell(line) {
                chain.append((index, width(self, line)))
            } else {
                close(&self)
            }
        }
        close(&self)
    }
}
