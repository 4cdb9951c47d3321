/// A piece of a template before directives are put inside each other.
enum TemplateAtom {
    case literal(String, SourceRange)
    case interpolation(Expression, SourceRange)
    case opensIf(Expression, SourceRange)
    case opensFor(key: String?, value: String, collection: Expression, SourceRange)
    case closing(Directive, SourceRange)

    /// A directive that needs one before it.
    enum Directive: String {
        case endif
        case `else`
        case endfor
    }
}

/// A template, read to its end.
struct TemplateContent {
    var parts: [TemplatePart]
    /// The interpolation that is all there is, if it is so.
    var wrapped: Expression?
    var range: SourceRange

    func expression(_ range: SourceRange) -> Expression {
        wrapped.map { .templateWrap($0, range) } ?? .template(parts, range)
    }
}

extension [TemplateAtom] {
    /// Takes from each line the blanks that all lines begin with, as `<<-` asks for.
    ///
    /// Only literals count, as they were written: a line that begins with a sequence has no blanks. Blank lines do not count.
    mutating func dedent() {
        var blanksMin = Int.max
        var adjusted: [Int] = []
        var isAtLineStart = true
        for (index, atom) in enumerated() {
            guard case .literal(let text, _) = atom else {
                if isAtLineStart { blanksMin = 0 }
                isAtLineStart = false
                continue
            }
            let endsLine = text.utf8.last == 0x0A
            if isAtLineStart {
                let blanks = text.unicodeScalars.prefix { $0.properties.isWhitespace }
                if blanks.endIndex != text.endIndex || !endsLine {
                    blanksMin = Swift.min(blanksMin, String(blanks).count)
                    adjusted.append(index)
                }
            }
            isAtLineStart = endsLine
        }
        guard blanksMin > 0 else { return }
        for index in adjusted {
            guard case .literal(let text, var range) = self[index] else { continue }
            let kept = text.dropFirst(blanksMin)
            range.start.column += blanksMin
            range.start.byte += text.utf8.count - kept.utf8.count
            self[index] = .literal(String(kept), range)
        }
    }

    /// Joins literals that follow each other.
    mutating func joinLiterals() {
        var result: [TemplateAtom] = []
        var run: (text: String, range: SourceRange)?
        for atom in self {
            if case .literal(let text, let range) = atom {
                if run == nil {
                    run = (text, range)
                } else {
                    run?.text += text
                    run?.range.end = range.end
                }
                continue
            }
            if let run { result.append(.literal(run.text, run.range)) }
            run = nil
            result.append(atom)
        }
        if let run { result.append(.literal(run.text, run.range)) }
        self = result
    }

    /// Removes blanks from the end of the last literal, as `${~` asks for.
    mutating func trimLast() {
        guard case .literal(let text, let range) = last else { return }
        let scalars = text.unicodeScalars
        let end = scalars.lastIndex { !$0.properties.isWhitespace }.map { scalars.index(after: $0) } ?? scalars.startIndex
        self[count - 1] = .literal(String(scalars[..<end]), range)
    }
}
