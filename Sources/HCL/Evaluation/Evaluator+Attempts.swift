extension Evaluator {
    /// `try(…)`: the value of the first argument that has one.
    func attempt(_ call: FunctionCall, _ whole: Expression) -> Evaluated {
        let expansion = expandedArguments(call, whole)
        guard let arguments = expansion.arguments else { return (.dynamic, expansion.diagnostics) }
        if arguments.isEmpty { return (.dynamic, [failure("at least one argument is required", call, whole)]) }
        var problems = ""
        for argument in arguments {
            let (value, diagnostics) = evaluate(argument)
            // While a part is unknown, a later evaluation may fail and choose another argument.
            if !diagnostics.hasErrors { return (value.isWhollyKnown ? value : .dynamic, []) }
            for diagnostic in diagnostics {
                let place = diagnostic.subject.map { " (at \($0.text))" } ?? ""
                problems += "- \(diagnostic.summary)\(place)\n  \(diagnostic.detail)\n"
            }
        }
        let message = "no expression succeeded:\n\(problems)\nAt least one expression must produce a successful result"
        return (.dynamic, [failure(message, call, whole)])
    }

    /// `can(…)`: whether the argument has a value.
    func can(_ call: FunctionCall, _ whole: Expression) -> Evaluated {
        let expansion = expandedArguments(call, whole)
        guard let arguments = expansion.arguments else { return (.dynamic, expansion.diagnostics) }
        if let diagnostic = wrongCount(of: arguments, ["expression"], false, call, whole) { return (.dynamic, [diagnostic]) }
        let (value, diagnostics) = evaluate(arguments[0])
        if diagnostics.hasErrors { return (.false, []) }
        return (value.isWhollyKnown ? .true : .unknown(.bool), [])
    }

    /// The template of `templatestring(…)`, which has to be a reference to a string.
    func templateArgument(_ argument: Expression, _ whole: Expression) -> Evaluated {
        func refuse(_ problem: String) -> Evaluated {
            (.unknown(.string), [invalidArgument("template", problem, argument, whole)])
        }
        let purpose = "invalid template expression: templatestring is only for rendering templates retrieved dynamically from elsewhere"
        switch argument {
        case .templateWrap:
            return refuse(
                """
                \(purpose); to treat the inner expression as template syntax, write the reference expression directly without any \
                template interpolation syntax
                """)
        case .template(let parts, _):
            if parts.count <= 1, parts.allSatisfy(\.isLiteral) {
                return refuse(
                    "\(purpose), and so does not support providing a literal template; consider using a template string expression instead")
            }
            return refuse("\(purpose); to render an inline template, consider using a plain template string expression")
        default: break
        }
        guard argument.isReference else {
            return refuse(
                """
                invalid template expression: must be a direct reference to a single string from elsewhere, containing valid Terraform \
                template syntax
                """)
        }
        let (value, diagnostics) = evaluate(argument)
        if diagnostics.hasErrors { return refuse("invalid template expression: \(diagnostics.text)") }
        if value.isKnown && (value.type != .string || value.isNull) { return refuse("invalid template value: a string is required") }
        return (value.isKnown ? value : .unknown(.string), [])
    }
}

extension TemplatePart {
    var isLiteral: Bool { if case .literal = self { true } else { false } }
}

extension Expression {
    /// Whether this names something that is elsewhere, rather than computing it.
    fileprivate var isReference: Bool {
        switch self {
        case .scopeTraversal: true
        case .relativeTraversal(let source, _, _): source.isReference
        case .index(let collection, _, _, _): collection.isReference
        case .splat(let splat, _): splat.source.isReference
        default: false
        }
    }
}

extension SourceRange {
    /// As messages cite it: `main.tf:2,3-8`, with the end's line if it is another one.
    package var text: String {
        let end = start.line == end.line ? "\(end.column)" : "\(end.line),\(end.column)"
        return "\(file):\(start.line),\(start.column)-\(end)"
    }
}

extension [Diagnostic] {
    /// The first one, and how many more there are: for a message of another error.
    package var text: String {
        guard let first else { return "no diagnostics" }
        let place = first.subject?.text ?? "<nil>"
        let text = "\(place): \(first.summary); \(first.detail)"
        return count == 1 ? text : "\(text), and \(count - 1) other diagnostic(s)"
    }
}
