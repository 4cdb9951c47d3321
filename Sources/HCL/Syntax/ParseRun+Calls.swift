extension ParseRun {
    /// The rest of `name(…)` or `scope::name(…)`.
    mutating func functionCall(_ first: Token) -> Expression {
        var open = read()
        var name = list.string(first)
        var last = first
        while open.kind == .doubleColon {
            let token = read()
            guard token.kind == .identifier else {
                error(
                    "Missing function name", "Function scope resolution symbol :: must be followed by a function name in this scope.",
                    at: range(token), context: range(first, token))
                recover(over: .openParenthesis)
                return placeholder(range(first, token))
            }
            name += "::" + list.string(token)
            last = token
            open = read()
        }
        guard open.kind == .openParenthesis else {
            error(
                "Missing open parenthesis", "Function selector must be followed by an open parenthesis to begin the function call.",
                at: range(open), context: range(first, open))
            recover(over: .openParenthesis)
            return placeholder(range(first, open))
        }
        var call = FunctionCall(
            name: name, nameRange: range(first, last), arguments: [], expandsFinal: false, open: range(open), close: range(open))
        pushNewlines(false)
        defer { popNewlines() }
        call.close = range(arguments(of: &call, name: first, open: open))
        return .functionCall(call, .between(call.nameRange, call.close))
    }

    /// Reads arguments into `call` and returns the closing parenthesis, or what stands for it.
    private mutating func arguments(of call: inout FunctionCall, name: Token, open: Token) -> Token {
        while true {
            if peek().kind == .closeParenthesis { return read() }
            let mark = diagnostics.count
            call.arguments.append(expression())
            if isLost(since: mark) { return recover(to: .closeParenthesis) }

            let separator = read()
            switch separator.kind {
            case .closeParenthesis: return separator
            case .comma: continue
            case .ellipsis:
                call.expandsFinal = true
                if peek().kind == .closeParenthesis { return read() }
                if !isRecovering {
                    error(
                        "Missing closing parenthesis",
                        "An expanded function argument (with ...) must be immediately followed by closing parentheses.",
                        at: range(separator), context: range(name, separator))
                }
            case .endOfFile:
                error(
                    "Unterminated function call",
                    "There is no closing parenthesis for this function call before the end of the file. This may be caused by incorrect parenthesis nesting elsewhere in this file.",
                    at: range(name, open))
            default:
                error(
                    "Missing argument separator", "A comma is required to separate each function argument from the next.",
                    at: range(separator), context: range(name, separator))
            }
            return recover(to: .closeParenthesis)
        }
    }
}
