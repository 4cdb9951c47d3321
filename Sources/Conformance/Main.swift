/// Runs a corpus and prints how much of it passed.
@main
struct Main {
    static func main() {
        var arguments = CommandLine.arguments.dropFirst()
        var limit = Int.max
        if let option = arguments.firstIndex(of: "--limit"), option + 1 < arguments.endIndex, let value = Int(arguments[option + 1]) {
            limit = value
            arguments.removeSubrange(option...(option + 1))
        }
        let words = Array(arguments)
        guard words.count == 2 else {
            print("usage: conformance syntax|truncate DIRECTORY [--limit N]\n       conformance check|canonical FILE")
            return
        }
        switch words[0] {
        case "syntax": SyntaxCorpus.run(directory: words[1], limit: limit)
        case "truncate": SyntaxCorpus.truncate(directory: words[1])
        case "check": SyntaxCorpus.check(file: words[1])
        case "canonical": SyntaxCorpus.format(file: words[1])
        default: print("unknown corpus \(words[0])")
        }
    }
}
