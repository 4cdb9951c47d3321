import HCL

/// How an outcome compares to what Terraform did.
struct ExpressionVerdict {
    /// What is wrong; nil if the case passed.
    var problem: String?
    /// Whether all errors are the same, with details, and with positions; nil for values.
    var sameDetails: Bool?
    var samePositions: Bool?
    /// Whether the console prints the same; nil for errors.
    var sameConsole: Bool?

    /// What differs without deciding.
    var note: String?

    init(_ example: ExpressionCase, _ outcome: ExpressionRun.Outcome) {
        switch example.expected {
        case .failure(let summary, let failures): compare(summary, failures, outcome)
        case .value(let json, let type, let isSensitive, let console):
            if refuses(outcome) { return }
            let got = encoded(outcome.value)
            if !got.utf8.elementsEqual(json.utf8) {
                problem = "expected \(json)\n  got      \(got)"
            } else if outcome.value.type.typeExpression != type {
                problem = "expected type \(type)\n  got type      \(outcome.value.type.typeExpression)"
            } else if outcome.value.containsMarks(.sensitive) != isSensitive {
                problem = "expected sensitive: \(isSensitive)"
            }
            sameConsole = console.map { $0 == outcome.value.consoleText }
            if sameConsole == false { note = "console: expected \(console ?? "")\n  got \(outcome.value.consoleText)" }
        case .unknown:
            if !refuses(outcome), outcome.value.isWhollyKnown { problem = "expected an unknown value, got \(encoded(outcome.value))" }
        case .unserializable(let console):
            if !refuses(outcome), outcome.value.consoleText != console {
                problem = "expected \(console), got \(outcome.value.consoleText)"
            }
        }
    }

    private mutating func refuses(_ outcome: ExpressionRun.Outcome) -> Bool {
        guard let error = outcome.errors.first else { return false }
        problem = "expected a value, got \(error)"
        return true
    }

    private mutating func compare(_ summary: String, _ failures: [ExpressionCase.Failure], _ outcome: ExpressionRun.Outcome) {
        guard let first = outcome.errors.first else {
            problem = "expected error \(summary): \(failures.first?.detail ?? "")\n  got \(encoded(outcome.value))"
            return
        }
        let got = outcome.errors.map { ExpressionCase.Failure($0, indentation: ExpressionRun.indentation.utf8.count) }
        if first.summary.split(separator: "\n").first.map({ String($0) }) != summary {
            problem = "expected error \(summary): \(failures.first?.detail ?? "")\n  got error      \(first)"
        }
        sameDetails = got.map { [$0.summary, $0.detail] } == failures.map { [$0.summary, $0.detail] }
        samePositions = got.map { [$0.start, $0.end] } == failures.map { [$0.start, $0.end] }
        if sameDetails == false || samePositions == false { note = "errors: expected \(failures)\n  got \(got)" }
    }

    private func encoded(_ value: Value) -> String {
        if !value.isWhollyKnown { return "an unknown value" }
        do {
            return try value.unmarkedDeep().0.jsonEncoded()
        } catch {
            return "what JSON cannot hold: \(error)"
        }
    }
}
