/// One pass over the tokens of a text.
///
/// It follows the algorithm of HCL's own parser, so that what is wrong is found at the same place and what follows
/// from it is left out in the same way: after the first confusion (`isRecovering`) errors that may only be echoes are
/// not told any more.
struct ParseRun {
    let list: TokenList
    let file: String
    var next = 0
    /// Whether line endings count; the innermost bracket decides.
    var newlineStack = [true]
    var isRecovering = false
    var diagnostics: Diagnostics
    var depth = 0
    private var toldDepth = false

    init(_ bytes: [UInt8], file: String, start: SourcePosition, mode: Scanner.Mode) {
        self.file = file
        guard bytes.count <= SyntaxLimits.bytesMax else {
            list = Scanner.scan([], start: start, mode: mode).list
            diagnostics = [Self.tooLarge(file, start)]
            return
        }
        let (list, isCut) = Scanner.scan(bytes, start: start, mode: mode)
        self.list = list
        diagnostics = isCut ? [Self.tooLarge(file, start)] : TokenCheck.diagnostics(list, file: file)
        if isCut { next = list.tokens.count - 1 }
    }

    private static func tooLarge(_ file: String, _ start: SourcePosition) -> Diagnostic {
        .error(
            "Configuration too large", "This text has more than \(SyntaxLimits.bytesMax) bytes or \(SyntaxLimits.tokensMax) tokens.",
            subject: SourceRange(file: file, start: start, end: start))
    }

    // MARK: Tokens

    /// The next token that counts, and the index after it.
    private func ahead() -> (token: Token, next: Int) {
        var index = next
        let wantsNewlines = newlineStack[newlineStack.count - 1]
        while index < list.tokens.count {
            var token = list.tokens[index]
            index += 1
            if token.kind == .comment {
                // A one-line comment swallowed its line ending, which still counts.
                guard wantsNewlines, list.text(token).last == 0x0A else { continue }
                token.kind = .newline
            } else if token.kind == .newline, !wantsNewlines {
                continue
            }
            return (token, index)
        }
        return (list.tokens[list.tokens.count - 1], list.tokens.count)
    }

    func peek() -> Token { ahead().token }

    @discardableResult
    mutating func read() -> Token {
        let (token, index) = ahead()
        next = index
        return token
    }

    func range(_ token: Token) -> SourceRange { SourceRange(file: file, start: token.start.position, end: token.end.position) }

    func range(_ first: Token, _ last: Token) -> SourceRange {
        SourceRange(file: file, start: first.start.position, end: last.end.position)
    }

    /// Of the token that was read last, or of the next one if there is none.
    var previousRange: SourceRange { next == 0 ? range(peek()) : range(list.tokens[next - 1]) }

    /// From here to ``popNewlines()`` line endings count, or not.
    mutating func pushNewlines(_ count: Bool) { newlineStack.append(count) }

    mutating func popNewlines() { newlineStack.removeLast() }

    // MARK: Errors

    // Not inlined, as whatever a function that calls itself has on its stack limits how deep it can go.
    @inline(never)
    mutating func error(_ summary: String, _ detail: String, at subject: SourceRange, context: SourceRange? = nil) {
        diagnostics.append(.error(summary, detail, subject: subject, context: context))
    }

    /// Whether errors were found since there were `mark` of them, and the place of the next token is doubtful.
    func isLost(since mark: Int) -> Bool { isRecovering && diagnostics.count > mark }

    /// What stands in the tree for an expression that could not be parsed.
    @inline(never)
    func placeholder(_ range: SourceRange) -> Expression {
        .literal(.dynamic, range)
    }

    // MARK: Depth

    /// Goes one level deeper, up to ``leave()``; false if that is too deep, and then the whole text is given up.
    mutating func enter() -> Bool {
        guard depth < SyntaxLimits.depthMax else {
            giveUp()
            return false
        }
        depth += 1
        return true
    }

    mutating func leave() { depth -= 1 }

    /// Says that the text is too deep and skips the rest.
    @inline(never)
    mutating func giveUp() {
        if !toldDepth {
            toldDepth = true
            error(
                "Configuration nested too deeply",
                "Blocks, brackets, operators and templates can be nested at most \(SyntaxLimits.depthMax) levels deep.", at: range(peek()))
        }
        isRecovering = true
        next = list.tokens.count - 1
    }
}
