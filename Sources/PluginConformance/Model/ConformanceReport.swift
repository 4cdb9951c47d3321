package import JSON

/// The results of all tests on one plugin, in the order of the suite.
package struct ConformanceReport: Sendable {
    /// What was tested: a library or manifest.
    package var subject: String
    package var results: [TestResult]

    package init(subject: String, results: [TestResult]) {
        self.subject = subject
        self.results = results
    }

    /// Whether nothing failed, crashed or ran out of time.
    package var isConforming: Bool { !results.contains(where: \.isFailure) }

    /// What a command that made this report ends with: 0, or 1 if the plugin does not conform.
    package var exitCode: Int32 { isConforming ? 0 : 1 }

    /// How many results there are of each word.
    package var counts: [String: Int] {
        results.reduce(into: [:]) { $0[$1.word, default: 0] += 1 }
    }

    /// `48 passed, 1 failed, 3 skipped`
    package var summary: String {
        ["passed", "failed", "crashed", "timed-out", "warning", "skipped"]
            .compactMap { word in counts[word].map { "\($0) \(word)" } }
            .joined(separator: ", ")
    }

    /// The report as a document.
    package var json: JSONValue {
        [
            "version": 1, "subject": .string(subject), "conforms": .bool(isConforming),
            "counts": .object(counts.mapValues { .integer(Int64($0)) }), "results": .array(results.map(\.json)),
        ]
    }

    /// The report for people: a line a test, with what went wrong below it.
    ///
    /// - Parameter colours: whether escape sequences for a terminal are used.
    package func table(colours: Bool = false) -> String {
        let words = results.map(\.word.utf8.count).max() ?? 0
        let ids = results.map(\.id.utf8.count).max() ?? 0
        var text = ""
        for result in results {
            text += Self.line(result, words: words, ids: ids, colours: colours)
        }
        return text + (text.isEmpty ? "" : "\n") + "\(subject): \(summary)\n"
    }

    /// One result as ``table(colours:)`` shows it, for reports that grow.
    package static func line(_ result: TestResult, words: Int = 9, ids: Int = 27, colours: Bool = false) -> String {
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.utf8.count))
        }
        var word = padded(result.word, words)
        if colours { word = "\u{1B}[\(colour(of: result))m\(word)\u{1B}[0m" }
        var text = "\(word)  \(padded(result.id, ids))  \(result.title)"
        if !result.note.isEmpty { text += " (\(result.note))" }
        text += "\n"
        let indentation = String(repeating: " ", count: words + 2)
        func add(_ block: String, mark: String = "") {
            for line in block.split(separator: "\n") { text += indentation + mark + line + "\n" }
        }
        add(result.message)
        if result.isFailure { add(result.output, mark: "| ") }
        return text
    }

    private static func colour(of result: TestResult) -> Int {
        switch result.outcome {
        case .passed: 32
        case .failed, .crashed, .timedOut: 31
        case .warning: 33
        case .skipped: 90
        }
    }
}
