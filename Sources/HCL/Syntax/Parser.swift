/// Parses the native syntax.
///
/// What comes back is as complete as the errors allow; with errors it is fit for looking at, not for evaluation.
package enum Parser {
    /// A file: arguments and blocks.
    package static func parseFile(_ bytes: [UInt8], file: String) -> (Body, Diagnostics) {
        var run = ParseRun(bytes, file: file, start: .start, mode: .main)
        let body = run.body(until: .endOfFile)
        return (body, run.diagnostics)
    }

    /// A text that is one expression; line endings do not matter in it.
    package static func parseExpression(
        _ bytes: [UInt8], file: String, start: SourcePosition = .start
    ) -> (Expression, Diagnostics) {
        var run = ParseRun(bytes, file: file, start: start, mode: .main)
        run.pushNewlines(false)
        let expression = run.expression()
        let rest = run.peek()
        if rest.kind != .endOfFile, !run.isRecovering {
            run.error(
                "Extra characters after expression", "An expression was successfully parsed, but extra characters were found after it.",
                at: run.range(rest))
        }
        return (expression, run.diagnostics)
    }

    /// A text that is one template, without quotes around it.
    package static func parseTemplate(_ bytes: [UInt8], file: String, start: SourcePosition = .start) -> (Expression, Diagnostics) {
        var run = ParseRun(bytes, file: file, start: start, mode: .bare)
        let content = run.template(until: .endOfFile, dedents: false)
        return (content.expression(content.range), run.diagnostics)
    }

    /// A text that is a name with constant steps after it; nil if it is not.
    package static func parseTraversal(_ bytes: [UInt8], file: String, start: SourcePosition = .start) -> (Traversal?, Diagnostics) {
        var run = ParseRun(bytes, file: file, start: start, mode: .main)
        run.pushNewlines(false)
        let traversal = run.wholeTraversal()
        return (run.diagnostics.hasErrors ? nil : traversal, run.diagnostics)
    }
}
