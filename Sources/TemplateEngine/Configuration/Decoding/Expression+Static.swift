import HCL

/// Expressions that are looked at instead of computed. In JSON, texts stand for them.
extension Expression {
    /// What a text in JSON spells, or this.
    var spelled: Expression { spelledInJSON ?? self }

    /// The word, if the expression is nothing but one.
    var staticKeyword: String? { spelled.keyword }

    /// Whether it is a text in quotes of the native syntax, and which.
    var quotedText: String? {
        guard case .template(let parts, let range) = self, !range.file.hasSuffix(".json") else { return nil }
        var text = ""
        for part in parts {
            guard case .literal(let piece, _) = part else { return nil }
            text += piece
        }
        return text
    }

    func staticList(_ diagnostics: inout Diagnostics) -> [Expression] {
        if case .tuple(let items, _, _) = self { return items }
        diagnostics.append(.error("Invalid expression", "A static list expression is required.", subject: startRange, context: range))
        return []
    }

    func staticMap(_ diagnostics: inout Diagnostics) -> [ObjectItem] {
        if case .object(let items, _, _) = self { return items }
        diagnostics.append(.error("Invalid expression", "A static map expression is required.", subject: startRange, context: range))
        return []
    }

    /// A name with constant steps.
    func staticTraversal(_ diagnostics: inout Diagnostics) -> Traversal? {
        switch spelled {
        case .scopeTraversal(let traversal, _): return traversal
        case .objectKey(let inner, _, _): return inner.staticTraversal(&diagnostics)
        case let other:
            if let keyword = other.keyword { return Traversal(root: keyword, rootRange: range, steps: [], range: range) }
            diagnostics.append(
                .error(
                    "Invalid expression",
                    """
                    A single static variable reference is required: only attribute access and indexing with constant keys. No \
                    calculations, function calls, template expressions, etc are allowed here.
                    """, subject: range))
            return nil
        }
    }

    /// A reference, if need be in quotes, as it was written long ago.
    func reference(_ diagnostics: inout Diagnostics) -> Traversal? {
        unquoted(asKeyword: false, &diagnostics)?.staticTraversal(&diagnostics)
    }

    /// The reference or keyword in quotes, with the warning against them; this, if there are none. Nil with an error.
    func unquoted(asKeyword: Bool, _ diagnostics: inout Diagnostics) -> Expression? {
        guard let text = quotedText else { return self }
        let start = SourcePosition(line: range.start.line, column: range.start.column + 1, byte: range.start.byte + 1)
        let (traversal, found) = Parser.parseTraversal(Array(text.utf8), file: range.file, start: start)
        diagnostics += found
        let noun = asKeyword ? "keyword" : "reference"
        diagnostics.append(
            Diagnostic(
                .warning, "Quoted \(noun)s are deprecated",
                """
                In this context, \(noun)s are expected literally rather than in quotes. Terraform 0.11 and earlier required quotes, but \
                quoted \(noun)s are now deprecated and will be removed in a future version of Terraform. Remove the quotes surrounding \
                this \(noun) to silence this warning.
                """, subject: range))
        // What begins like a reference has got its error; anything else is told to be none.
        guard let traversal else { return text.prefix(1).allSatisfy { $0.isLetter || $0 == "_" } ? nil : self }
        return .scopeTraversal(traversal, range)
    }
}

extension Attribute {
    /// References of a `depends_on`.
    func dependencies(_ diagnostics: inout Diagnostics) -> [Traversal] {
        expression.staticList(&diagnostics).compactMap { $0.reference(&diagnostics) }
    }

    /// A constant of a type; nil with an error if it is none, or null.
    func constant(_ type: ValueType, _ diagnostics: inout Diagnostics) -> Value? {
        let (value, found) = literal.expression.evaluate(in: .constant)
        diagnostics += found
        let problem: String
        do {
            let converted = try value.converted(to: type)
            if converted.isKnown, !converted.isNull { return converted }
            problem = converted.isNull ? "null value is not allowed" : "value must be known"
        } catch {
            problem = "\(error.message)"
        }
        let detail = "Unsuitable value: \(problem)"
        diagnostics.append(.error("Unsuitable value type", detail, subject: expression.startRange, context: expression.range))
        return nil
    }

    func constantText(_ diagnostics: inout Diagnostics) -> String? { constant(.string, &diagnostics)?.stringValue }
    func constantFlag(_ diagnostics: inout Diagnostics) -> Bool? { constant(.bool, &diagnostics)?.boolValue }

    /// Conditions for a version; nil with an error.
    func versionConstraints(_ diagnostics: inout Diagnostics) -> [VersionConstraint]? {
        let (value, found) = literal.expression.evaluate(in: .constant)
        diagnostics += found
        if found.hasErrors { return nil }
        func fail(_ detail: String) -> [VersionConstraint]? {
            diagnostics.append(.error("Invalid version constraint", detail, subject: expression.range))
            return nil
        }
        if value.isNull { return [] }
        guard let text = (try? value.converted(to: .string))?.stringValue else {
            // Why it is no text is of no interest here.
            return fail("A string value is required for \(name).")
        }
        return VersionConstraint.parse(text) ?? fail("This string does not use correct version constraint syntax.")
    }
}

extension Diagnostics {
    /// Complains about a name that is none. What is checked comes from a label.
    mutating func checkName(_ name: String, _ range: SourceRange, _ summary: String) {
        if Names.isIdentifier(name) { return }
        let detail = "A name must start with a letter or underscore and may contain only letters, digits, underscores, and dashes."
        append(.error(summary, detail, subject: range))
    }
}
