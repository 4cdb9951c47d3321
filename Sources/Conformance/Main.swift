import Glibc

/// Runs a corpus and prints how much of it passed.
@main
struct Main {
    static func main() async {
        var options = ExpressionCorpus.Options(file: "")
        var only: String?
        var words: [String] = []
        var arguments = CommandLine.arguments.dropFirst()[...]
        while let argument = arguments.popFirst() {
            switch argument {
            case "--limit": options.limit = arguments.popFirst().flatMap { Int($0) } ?? .max
            case "--group": options.group = arguments.popFirst()
            case "--only": only = arguments.popFirst()
            case "--fixtures": options.fixtures = arguments.popFirst()
            case "--strict": options.isStrict = true
            default: words.append(argument)
            }
        }
        guard words.count == 2 else { usage() }
        switch words[0] {
        case "expressions":
            options.file = words[1]
            runExpressions(options)
        case "configs":
            await ConfigurationCorpus.run(
                .init(directory: words[1], limit: options.limit, only: only, isStrict: options.isStrict), engine: NativeEngine(),
                print: { print($0) })
        case "modules":
            let counts = await ModuleCorpus(directory: words[1]).run(limit: options.limit, print: { @Sendable in print($0) })
            print("\(counts.passed) passed, \(counts.failed) failed; \(counts.skipped) files skipped")
        case "syntax": SyntaxCorpus.run(directory: words[1], limit: options.limit)
        case "validate": SyntaxCorpus.check(directory: words[1])
        case "truncate": SyntaxCorpus.truncate(directory: words[1])
        case "parameters": runParameters(file: words[1], limit: options.limit)
        case "check": SyntaxCorpus.check(file: words[1])
        case "canonical": SyntaxCorpus.format(file: words[1])
        default: usage()
        }
    }

    private static func usage() -> Never {
        print(
            """
            usage: conformance expressions FILE.jsonl [--limit N] [--group G] [--fixtures DIRECTORY] [--strict]
                   conformance configs DIRECTORY [--limit N] [--only NAME] [--strict]
                   conformance modules DIRECTORY [--limit N]  the tests of a registry's modules
                   conformance syntax DIRECTORY [--limit N]
                   conformance validate DIRECTORY  what is wrong with a configuration
                   conformance parameters FILE.md [--limit N]  the table of the coder provider
                   conformance truncate DIRECTORY  every beginning of every file: nothing may trap
                   conformance check FILE        what the parser says of a file
                   conformance canonical FILE    a file as the formatter writes it

            Prints what failed, at most N of it, and as the last line "N passed, M failed".
            """)
        exit(64)
    }

    private static func runParameters(file: String, limit: Int) {
        guard let tally = ParameterTable.run(file: file, limit: limit) else {
            print("cannot read \(file)")
            exit(1)
        }
        tally.printSummary()
    }

    private static func runExpressions(_ options: ExpressionCorpus.Options) {
        guard let counts = ExpressionCorpus.run(options, print: { print($0) }) else {
            print("cannot read \(options.file)")
            exit(1)
        }
        for (group, count) in counts.sorted(by: { $0.key < $1.key }) {
            print("\(group): \(count.passed) of \(count.passed + count.failed)")
        }
        let passed = counts.values.reduce(0) { $0 + $1.passed }
        print("\(passed) passed, \(counts.values.reduce(0) { $0 + $1.failed }) failed")
    }
}
