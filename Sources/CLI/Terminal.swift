import CShims
import Glibc
import JSON
import PluginLoading
import PluginTooling
import ResourceGraph

/// What a person sees: results on standard output, everything else on standard error.
enum Terminal {
    /// Whether standard output shows colours.
    static let isColoured = isatty(STDOUT_FILENO) == 1 && getenv("NO_COLOR") == nil
    /// Whether standard error shows colours.
    static let isErrorColoured = isatty(STDERR_FILENO) == 1 && getenv("NO_COLOR") == nil

    static func note(_ text: String) {
        let line = Array((text + "\n").utf8)
        _ = write(STDERR_FILENO, line, line.count)
    }

    /// Lines of columns, each as wide as its widest cell.
    static func table(_ rows: [[String]]) -> String {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                line += cell
                if column < row.count - 1 { line += String(repeating: " ", count: widths[column] - cell.count + 2) }
            }
            return line
        }.joined(separator: "\n")
    }
}

/// Shows what a job says while it runs.
struct TerminalObserver: JobObserver {
    func received(_ records: [LogRecord]) {
        for record in records where record.severity >= .info {
            let stage = record.stage.isEmpty ? "" : "[\(record.stage)] "
            let fields = record.fields.map { " \($0.key)=\($0.value)" }.joined()
            let mark = record.severity >= .warning ? "\(record.severity): " : ""
            Terminal.note("  \(stage)\(mark)\(record.message)\(fields)")
        }
    }

    func received(_ progress: ProgressReport) {
        let amount = progress.total > 0 ? " \(progress.done)/\(progress.total)" : progress.done > 0 ? " \(progress.done)" : ""
        Terminal.note("  \(progress.resource.map { $0 + ": " } ?? "")\(progress.message)\(amount)")
    }

    func received(_ diagnostic: Diagnostic) {
        let text = diagnostic.description
        guard Terminal.isErrorColoured else { return Terminal.note(text) }
        Terminal.note("\u{1B}[\(diagnostic.severity == .error ? 31 : 33)m\(text)\u{1B}[0m")
    }

    func store(_ checkpoint: Checkpoint) async throws {}
}

/// Runs `body` as a task that is cancelled by Control-C and by a request to terminate; a second one ends the program.
func cancellableBySignals<T: Sendable>(_ body: @escaping @Sendable () async throws -> T) async throws -> T {
    let descriptor = cshims_catch_termination()
    guard descriptor >= 0 else { throw PluginError.system("cannot catch signals", -descriptor) }
    let task = Task { try await body() }  // awaited below
    // Waits for as long as the program runs.
    try JobThread.start("berth-signals") {
        var seen: UInt64 = 0
        while true {
            var count: UInt64 = 0
            guard read(descriptor, &count, 8) == 8 else { continue }
            seen += count
            if seen > 1 { _exit(130) }
            Terminal.note("stopping; once more to give up at once")
            task.cancel()
        }
    }
    return try await task.value
}
