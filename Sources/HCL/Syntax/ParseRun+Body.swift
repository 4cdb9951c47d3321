extension ParseRun {
    private static let itemDetail = "An argument or block definition is required here."
    private static let equalsHint = " To set an argument, use the equals sign \"=\" to introduce the argument value."
    private static let unclosedDetail =
        "There is no closing brace for this block before the end of the file. This may be caused by incorrect brace nesting elsewhere in this file."

    /// Arguments and blocks up to `end`, which is read too.
    mutating func body(until end: TokenKind) -> Body {
        let start = previousRange
        guard enter() else { return Body(range: start, endRange: start) }
        defer { leave() }
        return items(until: end, start: start)
    }

    private mutating func items(until end: TokenKind, start: SourceRange) -> Body {
        var body = Body(range: start, endRange: start)
        var names: [String: SourceRange] = [:]
        var endRange: SourceRange
        while true {
            let token = peek()
            if token.kind == end {
                endRange = range(token)
                read()
                break
            }
            if token.kind == .newline {
                read()
                continue
            }
            guard token.kind == .identifier else {
                read()
                tellMissingItem(token, end: end, start: start)
                endRange = previousRange
                recover(to: end)
                break
            }
            item(&body, &names)
        }
        body.range = .between(start, endRange)
        body.endRange = SourceRange(file: file, start: endRange.end, end: endRange.end)
        return body
    }

    @inline(never)
    private mutating func tellMissingItem(_ token: Token, end: TokenKind, start: SourceRange) {
        guard !isRecovering else { return }
        switch token.kind {
        case .openQuote: error("Invalid argument name", "Argument names must not be quoted.", at: range(token))
        case .endOfFile: error("Unclosed configuration block", Self.unclosedDetail, at: start)
        default: error("Argument or block definition required", Self.itemDetail, at: range(token))
        }
    }

    private mutating func item(_ body: inout Body, _ names: inout [String: SourceRange]) {
        let name = read()
        switch peek().kind {
        case .equal: add(attribute(name, isSingleLine: false), to: &body, &names)
        case .openQuote, .openBrace, .identifier: block(name, &body)
        default:
            recoverAfterItem()
            error("Argument or block definition required", Self.itemDetail + Self.equalsHint, at: range(name))
        }
    }

    @inline(never)
    private mutating func add(_ attribute: Attribute, to body: inout Body, _ names: inout [String: SourceRange]) {
        if let existing = names[attribute.name] {
            error(
                "Attribute redefined",
                "The argument \(attribute.name.goQuoted) was already set at \(existing). Each argument may be set only once.",
                at: attribute.nameRange)
        } else {
            names[attribute.name] = attribute.nameRange
            body.attributes.append(attribute)
        }
    }

    @inline(never)
    private mutating func attribute(_ name: Token, isSingleLine: Bool) -> Attribute {
        let equals = read()
        let mark = diagnostics.count
        let value = expression()
        var endRange = previousRange
        if isLost(since: mark) {
            recoverAfterItem()
        } else if !isSingleLine {
            let end = peek()
            if end.kind == .newline || end.kind == .endOfFile {
                read()
            } else {
                if !isRecovering {
                    let detail = "An argument definition must end with a newline."
                    if end.kind == .comma {
                        error(
                            "Unexpected comma after argument",
                            "Argument definitions must be separated by newlines, not commas. " + detail, at: range(end),
                            context: range(name, end))
                    } else {
                        error("Missing newline after argument", detail, at: range(end), context: range(name, end))
                    }
                }
                endRange = previousRange
                recoverAfterItem()
            }
        }
        return Attribute(
            name: list.string(name), nameRange: range(name), equalsRange: range(equals), expression: value,
            range: .between(range(name), endRange))
    }

    // MARK: Blocks

    /// Reads a block into `parent`.
    private mutating func block(_ type: Token, _ parent: inout Body) {
        let index = parent.blocks.count
        guard let open = header(type, &parent.blocks) else { return }
        content(type, open, &parent.blocks[index])
        finish(type, &parent.blocks[index])
    }

    /// Adds a block without content; returns the opening brace, or nil if there is none.
    @inline(never)
    private mutating func header(_ type: Token, _ blocks: inout [Block]) -> Token? {
        let place = range(type)
        var block = Block(
            type: list.string(type), typeRange: place, labels: [], labelRanges: [], body: Body(range: place, endRange: place),
            openBrace: place, closeBrace: place)
        defer { blocks.append(block) }
        while true {
            let token = peek()
            switch token.kind {
            case .openBrace:
                block.openBrace = range(token)
                return read()
            case .openQuote:
                let (label, labelRange) = quotedLiteral()
                block.labels.append(label)
                block.labelRanges.append(labelRange)
            case .identifier:
                read()
                block.labels.append(list.string(token))
                block.labelRanges.append(range(token))
            default:
                tellBadHeader(type, token)
                recoverAfterItem()
                return nil
            }
        }
    }

    @inline(never)
    private mutating func tellBadHeader(_ type: Token, _ token: Token) {
        let detail: String
        switch token.kind {
        case .equal: detail = "The equals sign \"=\" indicates an argument definition, and must not be used when defining a block."
        case .newline:
            detail =
                "A block definition must have block content delimited by \"{\" and \"}\", starting on the same line as the block header."
        default:
            if isRecovering { return }
            detail = "Either a quoted string block label or an opening brace (\"{\") is expected here."
        }
        error("Invalid block definition", detail, at: range(token), context: range(type, token))
    }

    private mutating func content(_ type: Token, _ open: Token, _ block: inout Block) {
        switch peek().kind {
        case .newline, .endOfFile, .closeBrace: block.body = body(until: .closeBrace)
        default: singleLineContent(type, open, &block)
        }
    }

    @inline(never)
    private mutating func singleLineContent(_ type: Token, _ open: Token, _ block: inout Block) {
        let first = diagnostics.count
        let content = singleArgument()
        let last = diagnostics.count
        closeSingleLine(type, open)
        // What is said of the end of the line comes before what is said of its argument.
        if diagnostics.count > last, last > first {
            let moved = diagnostics[last...]
            diagnostics = Array(diagnostics[..<first] + moved + diagnostics[first..<last])
        }
        let close = previousRange
        block.body = content ?? Body(range: .between(range(open), close), endRange: close)
    }

    @inline(never)
    private mutating func finish(_ type: Token, _ block: inout Block) {
        block.closeBrace = previousRange
        let end = peek()
        if end.kind == .newline || end.kind == .endOfFile {
            read()
        } else {
            if !isRecovering {
                error(
                    "Missing newline after block definition", "A block definition must end with a newline.", at: range(end),
                    context: range(type, end))
            }
            recoverAfterItem()
        }
    }

    /// The content of `type { name = value }` on one line.
    @inline(never)
    private mutating func singleArgument() -> Body? {
        let name = read()
        guard name.kind == .identifier else {
            recoverAfterItem()
            error("Argument or block definition required", Self.itemDetail, at: range(name))
            return nil
        }
        let token = peek()
        switch token.kind {
        case .equal:
            let attribute = attribute(name, isSingleLine: true)
            let end = SourceRange(file: file, start: attribute.range.end, end: attribute.range.end)
            return Body(attributes: [attribute], range: attribute.range, endRange: end)
        case .openQuote, .openBrace, .identifier:
            recoverAfterItem()
            let text = list.string(name).goQuoted
            error(
                "Argument definition required",
                "A single-line block definition can contain only a single argument. If you meant to define argument \(text), use an equals sign to assign it a value. To define a nested block, place it on a line of its own within its parent block.",
                at: range(name, token))
        default:
            recoverAfterItem()
            error("Argument or block definition required", Self.itemDetail + Self.equalsHint, at: range(name))
        }
        return nil
    }

    @inline(never)
    private mutating func closeSingleLine(_ type: Token, _ open: Token) {
        let summary = "Invalid single-argument block definition"
        let token = peek()
        switch token.kind {
        case .closeBrace:
            read()
            return
        case .comma:
            error(
                summary,
                "Single-line block syntax can include only one argument definition. To define multiple arguments, use the multi-line block syntax with one argument definition per line.",
                at: range(token))
        case .newline:
            error(
                summary,
                "An argument definition on the same line as its containing block creates a single-line block definition, which must also be closed on the same line. Place the block's closing brace immediately after the argument definition.",
                at: range(token))
        case _ where isRecovering: break
        case .endOfFile: error("Unclosed configuration block", Self.unclosedDetail, at: range(open), context: range(type, open))
        default:
            error(
                summary, "A single-line block definition must end with a closing brace immediately after its single argument definition.",
                at: range(token))
        }
        recover(to: .closeBrace)
    }
}
