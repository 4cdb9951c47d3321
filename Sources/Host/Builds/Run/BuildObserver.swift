import PluginLoading
import Synchronization

/// Takes what a plugin says while it works on a job.
final class BuildObserver: JobObserver {
    private let log: JobLog
    private let stage: String
    private let lastProgress = Mutex("")

    init(log: JobLog, stage: String) {
        self.log = log
        self.stage = stage
    }

    func received(_ records: [LogRecord]) {
        for record in records {
            log.add(LogLine(level: record.severity.level, stage: record.stage.isEmpty ? stage : record.stage, output: record.message))
        }
    }

    /// Progress is a line when it says something else than before; how far it has come is for those who watch live.
    func received(_ progress: ProgressReport) {
        let text = progress.resource.map { "\($0): \(progress.message)" } ?? progress.message
        let isNew = lastProgress.withLock { last in
            defer { last = text }
            return last != text
        }
        if isNew { log.add(LogLine(level: .debug, stage: stage, output: text)) }
    }

    func received(_ diagnostic: Diagnostic) {
        log.add(LogLine(level: diagnostic.severity.level, stage: stage, output: diagnostic.description))
    }

    /// The record of the workspace has stored it already.
    func store(_ checkpoint: Checkpoint) async throws {}
}

extension Severity {
    fileprivate var level: LogLine.Level {
        switch self {
        case .trace: .trace
        case .debug: .debug
        case .info, .notice: .info
        case .warning: .warn
        case .error: .error
        }
    }
}
