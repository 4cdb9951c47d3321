/// Runs a corpus and prints how much of it passed.
@main
struct Main {
    static func main() {
        var options = ExpressionCorpus.Options(file: "")
        var words: [String] = []
        var arguments = CommandLine.arguments.dropFirst()[...]
        while let argument = arguments.popFirst() {
            switch argument {
            case "--limit": options.limit = arguments.popFirst().flatMap { Int($0) } ?? .max
            case "--group": options.group = arguments.popFirst()
            case "--fixtures": options.fixtures = arguments.popFirst()
            case "--strict": options.isStrict = true
            default: words.append(argument)
            }
        }
        guard words.count == 2 else {
            print("usage: conformance expressions FILE.jsonl [--limit N] [--group G] [--fixtures DIR] [--strict]")
            return
        }
        switch words[0] {
        case "expressions":
            options.file = words[1]
            runExpressions(options)
        default: print("unknown corpus \(words[0])")
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
