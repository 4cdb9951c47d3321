import ArgumentParser
import Glibc

/// Questions to whoever sits at the terminal. Without a terminal nothing is ever asked: the command says what was missing.
enum Prompt {
    static var isPossible: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    /// A line of text.
    ///
    /// - Parameters:
    ///   - missing: what to say where nobody can be asked, with the option that would have answered.
    ///   - check: why an answer will not do; nil if it will.
    static func text(
        _ question: String, default fallback: String? = nil, missing: String, check: (String) -> String? = { _ in nil }
    ) throws -> String {
        guard isPossible else { throw ValidationError(missing) }
        while true {
            ask("\(question)\(fallback.map { " (\($0))" } ?? ""): ")
            guard let line = readLine() else { throw ExitCode.failure }
            let answer = line.isEmpty ? fallback ?? "" : line
            if answer.isEmpty { continue }
            guard let problem = check(answer) else { return answer }
            Terminal.note(problem)
        }
    }

    /// A text that is not shown while it is typed.
    static func secret(_ question: String, missing: String, check: (String) -> String? = { _ in nil }) throws -> String {
        guard isPossible else { throw ValidationError(missing) }
        while true {
            ask("\(question): ")
            let answer = try withoutEcho { readLine() }
            Terminal.note("")
            guard let answer else { throw ExitCode.failure }
            if answer.isEmpty { continue }
            guard let problem = check(answer) else { return answer }
            Terminal.note(problem)
        }
    }

    /// Yes or no; no unless yes is typed.
    static func confirm(_ question: String, missing: String) throws -> Bool {
        guard isPossible else { throw ValidationError(missing) }
        ask("\(question) [y/N] ")
        return ["y", "yes"].contains(readLine()?.lowercased() ?? "")
    }

    /// One of several, by its number or its text.
    static func choice(_ question: String, of options: [(value: String, text: String)], default fallback: String?, missing: String) throws
        -> String
    {
        guard isPossible else { throw ValidationError(missing) }
        Terminal.note(question)
        for (index, option) in options.enumerated() {
            Terminal.note("  \(index + 1)) \(option.text)\(option.value == fallback ? "  (default)" : "")")
        }
        let answer = try text(
            "Number", default: fallback.flatMap { value in options.firstIndex { $0.value == value }.map { "\($0 + 1)" } }, missing: missing
        ) { answer in
            let isNumber = Int(answer).map { options.indices.contains($0 - 1) } ?? false
            return isNumber || options.contains { $0.value == answer } ? nil : "There is no \"\(answer)\"."
        }
        return Int(answer).flatMap { options.indices.contains($0 - 1) ? options[$0 - 1].value : nil } ?? answer
    }

    private static func ask(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(STDERR_FILENO, bytes, bytes.count)
    }

    private static func withoutEcho<T>(_ body: () throws -> T) throws -> T {
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return try body() }
        var silent = settings
        silent.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        defer { tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings) }
        return try body()
    }
}
