extension ParseRun {
    /// A template up to `end`, which is read too.
    mutating func template(until end: TokenKind, dedents: Bool) -> TemplateContent {
        var atoms: [TemplateAtom] = []
        let start = range(peek())
        let endRange = readAtoms(&atoms, until: end, start: start)
        if atoms.isEmpty {
            atoms = [.literal("", SourceRange(file: file, start: start.end, end: start.end))]
        }
        if dedents { atoms.dedent() }
        atoms.joinLiterals()
        var wrapped: Expression?
        if atoms.count == 1, case .interpolation(let expression, _) = atoms[0] { wrapped = expression }
        return TemplateContent(parts: parts(of: atoms, end: endRange), wrapped: wrapped, range: .between(start, endRange))
    }

    @inline(never)
    private mutating func parts(of atoms: [TemplateAtom], end: SourceRange) -> [TemplatePart] {
        var tree = TemplateTree(atoms: atoms, end: end)
        let parts = tree.parse()
        diagnostics += tree.diagnostics
        if tree.isTooDeep { giveUp() }
        return parts
    }

    /// Returns the range of what ends the template.
    private mutating func readAtoms(_ atoms: inout [TemplateAtom], until end: TokenKind, start: SourceRange) -> SourceRange {
        var trimsNext = false
        var canTrimLast = false
        while true {
            let token = read()
            if token.kind == end { return range(token) }
            let trims = trimsNext
            let opensWithTrim = canTrimLast && list.text(token).count == 3 && list.text(token).last == UInt8(ascii: "~")
            trimsNext = false
            canTrimLast = false

            switch token.kind {
            case .plainText, .quotedText:
                let (text, found) = StringLiteral.parse(token, in: list, file: file)
                diagnostics += found
                let kept = trims ? String(text.unicodeScalars.drop { $0.properties.isWhitespace }) : text
                atoms.append(.literal(kept, range(token)))
                canTrimLast = true
            case .interpolation:
                if opensWithTrim { atoms.trimLast() }
                pushNewlines(false)
                trimsNext = readInterpolation(&atoms, open: token, end: end, start: start)
                popNewlines()
            case .control:
                if opensWithTrim { atoms.trimLast() }
                pushNewlines(false)
                let keyword = peek()
                if let atom = readDirective(token, keyword) {
                    atoms.append(atom)
                    trimsNext = closeDirective(keyword, start: start)
                } else {
                    recover(to: .sequenceEnd)
                }
                popNewlines()
            default:
                if !isRecovering {
                    error(
                        "Unterminated template string", "No closing marker was found for the string.", at: range(token),
                        context: .between(start, range(token)))
                }
                return range(recover(to: end))
            }
        }
    }

    /// Whether a sequence ends with a tilde.
    private func trims(_ close: Token) -> Bool { list.text(close).first == UInt8(ascii: "~") }

    private mutating func readInterpolation(_ atoms: inout [TemplateAtom], open: Token, end: TokenKind, start: SourceRange) -> Bool {
        let value = expression()
        let close = peek()
        atoms.append(.interpolation(value, range(open, close)))
        guard close.kind != .sequenceEnd else {
            read()
            return trims(close)
        }
        if !isRecovering { tellUnclosedInterpolation(close, end: end, start: start) }
        recover(to: .sequenceEnd)
        return false
    }

    @inline(never)
    private mutating func tellUnclosedInterpolation(_ close: Token, end: TokenKind, start: SourceRange) {
        let unclosed = "Unclosed template interpolation sequence"
        let extra = "Extra characters after interpolation expression"
        let nesting = "This might be caused by incorrect nesting inside the given expression."
        let context = SourceRange.between(start, range(close))
        switch close.kind {
        case .endOfFile:
            error(unclosed, "There is no closing brace for this interpolation sequence before the end of the file. \(nesting)", at: start)
        case .closeQuote where end == .closeQuote, .openQuote where end == .closeQuote:
            error(
                unclosed, "There is no closing brace for this interpolation sequence before the end of the quoted template. \(nesting)",
                at: start)
        case .colon:
            error(
                extra,
                "Template interpolation doesn't expect a colon at this location. Did you intend this to be a literal sequence to be processed as part of another language? If so, you can escape it by starting with \"$${\" instead of just \"${\".",
                at: range(close), context: context)
        default:
            error(
                extra,
                "Expected a closing brace to end the interpolation expression, but found extra characters.\n\nThis can happen when you include interpolation syntax for another language, such as shell scripting, but forget to escape the interpolation start token. If this is an embedded sequence for another language, escape it by starting with \"$${\" instead of just \"${\".",
                at: range(close), context: context)
        }
    }

    // MARK: Directives

    /// What stands after `%{`, up to the closing brace; nil where the place of the next token is doubtful.
    private mutating func readDirective(_ open: Token, _ keyword: Token) -> TemplateAtom? {
        guard keyword.kind == .identifier else {
            if !isRecovering {
                error(
                    "Invalid template directive",
                    "A template directive keyword (\"if\", \"for\", etc) is expected at the beginning of a %{ sequence.",
                    at: range(keyword), context: range(open, keyword))
            }
            return nil
        }
        read()
        let name = list.string(keyword)
        switch name {
        case "if":
            let condition = expression()
            return .opensIf(condition, range(open, peek()))
        case "for": return readFor(open)
        default:
            if let directive = TemplateAtom.Directive(rawValue: name) { return .closing(directive, range(open, peek())) }
            if !isRecovering {
                let near = Names.suggestion(for: name, among: ["if", "for", "else", "endif", "endfor"])
                let hint = near.map { " Did you mean \($0.goQuoted)?" } ?? ""
                error(
                    "Invalid template control keyword", "\(name.goQuoted) is not a valid template control keyword." + hint,
                    at: range(keyword), context: range(open, keyword))
            }
            return nil
        }
    }

    @inline(never)
    private mutating func tellDirective(_ detail: String) {
        guard !isRecovering else { return }
        error("Invalid 'for' directive", detail, at: range(peek()))
    }

    private mutating func readFor(_ open: Token) -> TemplateAtom? {
        guard peek().kind == .identifier else {
            tellDirective("For directive requires variable name after 'for'.")
            return nil
        }
        var key: String?
        var value = list.string(read())
        if peek().kind == .comma {
            read()
            guard peek().kind == .identifier else {
                tellDirective("For directive requires value variable name after comma.")
                return nil
            }
            key = value
            value = list.string(read())
        }
        guard list.matches(peek(), keyword: "in") else {
            tellDirective("For directive requires 'in' keyword after names.")
            return nil
        }
        read()
        let collection = expression()
        return .opensFor(key: key, value: value, collection: collection, range(open, peek()))
    }

    /// Reads the closing brace and returns whether it has a tilde.
    private mutating func closeDirective(_ keyword: Token, start: SourceRange) -> Bool {
        let close = peek()
        guard close.kind != .sequenceEnd else {
            read()
            return trims(close)
        }
        if !isRecovering {
            error(
                "Extra characters in \(list.string(keyword)) marker",
                "Expected a closing brace to end the sequence, but found extra characters.", at: range(close),
                context: .between(start, range(close)))
        }
        recover(to: .sequenceEnd)
        return false
    }
}
