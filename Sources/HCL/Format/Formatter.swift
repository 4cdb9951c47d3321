/// Writes configuration in its usual layout, as `terraform fmt` does.
package enum Formatter {
    /// The text in its usual layout, as `terraform fmt -` prints it: with a line ending at the end.
    ///
    /// A text with syntax errors comes back as it is.
    package static func format(_ bytes: [UInt8]) -> [UInt8] {
        let (body, diagnostics) = Parser.parseFile(bytes, file: "")
        guard !diagnostics.hasErrors else { return bytes }
        let (list, isCut) = Scanner.scan(bytes, start: .start, mode: .main)
        guard !isCut else { return bytes }
        var tokens = Rewriter(list).rewritten(body)
        Layout.apply(to: &tokens)

        var output: [UInt8] = []
        output.reserveCapacity(bytes.count + bytes.count / 4)
        for token in tokens {
            output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: token.blanks))
            output += token.text
        }
        if output.last != 0x0A { output.append(0x0A) }
        return output
    }
}

/// A token on its way to the output.
struct FormatToken {
    var kind: TokenKind
    var text: ArraySlice<UInt8>
    /// How many blanks come before it.
    var blanks: Int

    init(_ kind: TokenKind, _ text: ArraySlice<UInt8>, blanks: Int = 0) {
        self.kind = kind
        self.text = text
        self.blanks = blanks
    }

    init(_ kind: TokenKind, _ text: String) { self.init(kind, ArraySlice(text.utf8)) }

    /// How this token changes the number of open brackets.
    var bracketChange: Int {
        switch kind {
        case .openBrace, .openBracket, .openParenthesis, .control, .interpolation: 1
        case .closeBrace, .closeBracket, .closeParenthesis, .sequenceEnd: -1
        default: 0
        }
    }

    /// Whether this token ends a line of code; the lines of a heredoc are none.
    var endsLine: Bool { kind == .newline || kind == .comment && text.last == 0x0A }

    func isWord(_ word: String) -> Bool { kind == .identifier && text.elementsEqual(word.utf8) }
}
