package import JSON

/// What became of one test.
package struct TestResult: Sendable {
    package enum Outcome: Sendable, Equatable {
        /// The plugin keeps the promise.
        case passed
        /// It does not; the message says how.
        case failed(String)
        /// The process ended by a signal while the plugin ran.
        case crashed(signal: Int32, String)
        /// The test did not end in time and was killed.
        case timedOut(String)
        /// Not run; the reason says why, and where it can be helped, how.
        case skipped(String)
        /// Passed, with something that deserves a look.
        case warning(String)
    }

    package var id: String
    package var title: String
    package var requirements: [String]
    package var outcome: Outcome
    /// A remark of the test, such as how many cases it tried; may be empty.
    package var note: String
    /// What the process wrote to standard output and error, cut; may be empty.
    package var output: String
    package var durationSeconds: Double

    package init(
        _ test: ConformanceTest, _ outcome: Outcome, note: String = "", output: String = "", durationSeconds: Double = 0
    ) {
        id = test.id
        title = test.title
        requirements = test.requirements
        self.outcome = outcome
        self.note = note
        self.output = output
        self.durationSeconds = durationSeconds
    }

    /// Whether the plugin does not conform because of it.
    package var isFailure: Bool {
        switch outcome {
        case .failed, .crashed, .timedOut: true
        case .passed, .skipped, .warning: false
        }
    }

    /// One word for it, as in tables and documents.
    package var word: String {
        switch outcome {
        case .passed: "passed"
        case .failed: "failed"
        case .crashed: "crashed"
        case .timedOut: "timed-out"
        case .skipped: "skipped"
        case .warning: "warning"
        }
    }

    /// Why, if it did not simply pass.
    package var message: String {
        switch outcome {
        case .passed: ""
        case .failed(let message), .crashed(_, let message), .timedOut(let message), .skipped(let message), .warning(let message): message
        }
    }

    /// The result as a document.
    package var json: JSONValue {
        var json: JSONValue = [
            "id": .string(id), "title": .string(title), "result": .string(word), "duration_ms": .integer(Int64(durationSeconds * 1000)),
            "requirements": .array(requirements.map(JSONValue.string)),
        ]
        if !message.isEmpty { json["message"] = .string(message) }
        if !note.isEmpty { json["note"] = .string(note) }
        if isFailure, !output.isEmpty { json["output"] = .string(output) }
        if case .crashed(let signal, _) = outcome { json["signal"] = .integer(Int64(signal)) }
        return json
    }
}
