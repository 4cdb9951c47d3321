/// Runs a corpus and prints how much of it passed.
@main
struct Main {
    private static let usage = """
        usage: conformance expressions FILE.jsonl [--limit N] [--group G] [--fixtures DIR] [--strict]
               conformance syntax|truncate DIRECTORY [--limit N]
               conformance check|canonical FILE
        """

    static func main() {
        var options = ExpressionCorpus.Options(file: "")
        var words: [String] = []
        var arguments = CommandLine.arguments.dropFirst()
        while let argument = arguments.popFirst() {
            switch argument {
            case "--limit": options.limit = arguments.popFirst().flatMap { Int($0) } ?? .max
            case "--group": options.group = arguments.popFirst()
            case "--fixtures": options.fixtures = arguments.popFirst()
            case "--strict": options.isStrict = true
            default: words.append(argument)
            }
        }
        guard words.count == 2 else { return print(usage) }
        switch words[0] {
        case "expressions":
            options.file = words[1]
            runExpressions(options)
        case "syntax": SyntaxCorpus.run(directory: words[1], limit: options.limit)
        case "truncate": SyntaxCorpus.truncate(directory: words[1])
        case "check": SyntaxCorpus.check(file: words[1])
        case "canonical": SyntaxCorpus.format(file: words[1])
        default: print("unknown corpus \(words[0])\n\(usage)")
        }
    }

    private static func runExpressions(_ options: ExpressionCorpus.Options) {
        guard let counts = ExpressionCorpus.run(options, print: { print($0) }) else {
            print("cannot read \(options.file)")
            return
        }
        for (group, count) in counts.sorted(by: { $0.key < $1.key }) {
            print("\(group): \(count.passed) of \(count.passed + count.failed)")
        }
        let passed = counts.values.reduce(0) { $0 + $1.passed }
        print("\(passed) passed, \(counts.values.reduce(0) { $0 + $1.failed }) failed")
    }
}
