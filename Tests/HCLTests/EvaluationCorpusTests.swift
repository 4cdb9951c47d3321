import Testing

@testable import Conformance

/// Runs what Terraform itself computed, where that corpus is present.
@Suite(.enabled(if: CorpusOfExpressions.isPresent, "the corpus of expressions is not beside the repository"))
struct EvaluationCorpusTests {
    @Test(
        "the language gives Terraform's values and errors",
        arguments: [
            "access", "callexpand", "conditional", "equality", "for", "heredoc", "idioms", "literals", "null", "numbers", "operators",
            "refs", "splat", "strings", "template",
        ])
    func language(group: String) {
        let result = run(group)
        #expect(result.failures == [])
        #expect(result.passed > 0)
    }

    @Test("the functions give Terraform's values and errors")
    func functions() {
        let result = run("fn")
        #expect(result.failures == [])
        #expect(result.passed > 0)
    }

    private func run(_ group: String) -> (failures: [String], passed: Int) {
        var failures: [String] = []
        let options = ExpressionCorpus.Options(file: CorpusOfExpressions.file, group: group)
        let counts = ExpressionCorpus.run(options) { if $0.hasPrefix("FAIL") { failures.append($0) } }
        return (failures, counts?.values.reduce(0) { $0 + $1.passed } ?? 0)
    }
}

private enum CorpusOfExpressions {
    static let file: String = {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        return root + "/../shared/data/terraform/expressions.jsonl"
    }()
    static let isPresent = Files.read(file) != nil
}
