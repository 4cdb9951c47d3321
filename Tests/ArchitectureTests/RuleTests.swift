import TestSupport
import Testing

@Suite("rules that every file keeps") struct RuleTests {
    @Test("the repository keeps the rule", arguments: Rules.all)
    func kept(_ rule: Rule) throws {
        for finding in try SourceFile.everything().filter(rule.applies).flatMap(rule.check) { Issue.record("\(finding)") }
    }

    @Test("the rule finds what breaks it, and nothing else", arguments: Rules.all)
    func canFail(_ rule: Rule) {
        for sample in rule.wrong { #expect(rule.applies(sample) && !rule.check(sample).isEmpty, "not found in: \(sample.text)") }
        for sample in rule.right { #expect(!rule.applies(sample) || rule.check(sample).isEmpty, "found in: \(sample.text)") }
    }

    @Test("code, comments and literals are told apart")
    func parts() {
        let text = SwiftText(
            """
            let a = "b // \\(c("d")) e" // f "g"
            /* h /* i */ j */ let k = #"l \\" m"# + n
            """)
        #expect(text.lines([.code]).map { $0.filter { $0 != " " } } == ["leta=", "letk=+n"])
        #expect(text.lines([.comment]).map { $0.filter { $0 != " " } } == ["//f\"g\"", "/*h/*i*/j*/"])
        #expect(text.lines([.code, .comment, .literal]).count == 2)
    }
}
