/// What `terraform fmt` changes besides blanks: it quotes labels, and modernises interpolations and types.
struct Rewriter {
    private let list: TokenList
    private let tokens: [FormatToken]

    private struct Edit {
        var range: Range<Int>
        var replacement: [FormatToken]
    }

    init(_ list: TokenList) {
        self.list = list
        var end = list.base
        tokens = list.tokens.map { token in
            let start = Int(token.start.byte)
            defer { end = Int(token.end.byte) }
            return FormatToken(token.kind, list.text(token), blanks: start - end)
        }
    }

    /// The tokens of the file whose content `body` is, after all changes.
    func rewritten(_ body: Body) -> [FormatToken] {
        var edits: [Edit] = []
        collect(body, parents: [], &edits)
        edits.sort { $0.range.lowerBound < $1.range.lowerBound }
        var result: [FormatToken] = []
        result.reserveCapacity(tokens.count)
        var next = 0
        for edit in edits where edit.range.lowerBound >= next {
            result += tokens[next..<edit.range.lowerBound]
            result += edit.replacement
            next = edit.range.upperBound
        }
        return result + tokens[next...]
    }

    /// The tokens that start inside a range.
    private func indices(_ range: SourceRange) -> Range<Int> {
        let start = firstIndex(from: range.start.byte)
        return start..<max(start, firstIndex(from: range.end.byte))
    }

    private func firstIndex(from byte: Int) -> Int {
        var low = 0
        var high = list.tokens.count
        while low < high {
            let middle = (low + high) / 2
            if Int(list.tokens[middle].start.byte) < byte { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func collect(_ body: Body, parents: [String], _ edits: inout [Edit]) {
        for attribute in body.attributes {
            let range = indices(attribute.expression.range)
            let isType = parents == ["variable"] && attribute.name == "type"
            // Everything else that may change is in quotes; most is not, and need not be copied.
            guard isType || tokens[range].first?.kind == .openQuote else { continue }
            let old = Array(tokens[range])
            if let new = isType ? Self.modernType(old) : Self.unwrapped(old) { edits.append(Edit(range: range, replacement: new)) }
        }
        for block in body.blocks {
            if let first = block.labelRanges.first, let last = block.labelRanges.last {
                let range = (indices(block.typeRange).upperBound)..<indices(first.union(last)).upperBound
                edits.append(Edit(range: range, replacement: block.labelRanges.flatMap { quoted(Array(tokens[indices($0)])) }))
            }
            collect(block.body, parents: parents + [block.type], &edits)
        }
    }

    // MARK: Labels

    /// A label in quotes; nothing if it is of more pieces than one, which the real program loses too.
    private func quoted(_ label: [FormatToken]) -> [FormatToken] {
        let text: String
        if label.count == 1, label[0].kind == .identifier {
            text = String(decoding: label[0].text, as: UTF8.self)
        } else if label.count == 2 {
            text = ""
        } else if label.count == 3, label[1].kind == .quotedText {
            text = StringLiteral.text(label[1].text)
        } else {
            return []
        }
        let content = text.isEmpty ? [] : [FormatToken(.quotedText, StringLiteral.escaped(text.normalized))]
        return [FormatToken(.openQuote, "\"")] + content + [FormatToken(.closeQuote, "\"")]
    }

    // MARK: Types

    /// `"string"` without quotes, and `list` with what its elements are; nil if nothing is to change.
    private static func modernType(_ old: [FormatToken]) -> [FormatToken]? {
        func call(_ name: String, _ argument: String) -> [FormatToken] {
            [
                FormatToken(.identifier, name), FormatToken(.openParenthesis, "("), FormatToken(.identifier, argument),
                FormatToken(.closeParenthesis, ")"),
            ]
        }
        if old.count == 1, old[0].kind == .identifier {
            let name = String(decoding: old[0].text, as: UTF8.self)
            return ["list", "map", "set"].contains(name) ? call(name, "any") : nil
        }
        guard old.count == 3, old[0].kind == .openQuote, old[1].kind == .quotedText, old[2].kind == .closeQuote else { return nil }
        let name = String(decoding: old[1].text, as: UTF8.self)
        switch name {
        case "string": return [FormatToken(.identifier, name)]
        case "list", "map": return call(name, "string")
        default: return nil
        }
    }

    // MARK: Interpolations

    /// The expression in `"${expression}"`, if that is all there is; nil if nothing is to change.
    private static func unwrapped(_ old: [FormatToken]) -> [FormatToken]? {
        guard old.count >= 5, old[0].kind == .openQuote, old[1].kind == .interpolation, old[old.count - 2].kind == .sequenceEnd,
            old[old.count - 1].kind == .closeQuote
        else { return nil }
        var inside = old[2..<(old.count - 2)]
        var quotes = 0
        for token in inside {
            switch token.kind {
            case .openQuote: quotes += 1
            case .closeQuote: quotes -= 1
            case .interpolation where quotes <= 0, .sequenceEnd where quotes <= 0, .quotedText where quotes <= 0: return nil
            default: break
            }
        }
        inside = inside.drop { $0.kind == .newline }
        while inside.last?.kind == .newline { inside.removeLast() }
        let isMultiline = inside.dropFirst().contains { $0.kind == .newline }
        let isEnclosed = inside.first?.kind == .openParenthesis && inside.count > 1 && inside.last?.kind == .closeParenthesis
        if isMultiline, !isEnclosed { return [FormatToken(.openParenthesis, "(")] + inside + [FormatToken(.closeParenthesis, ")")] }
        return Array(inside)
    }
}
