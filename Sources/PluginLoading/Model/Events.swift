/// How grave a record is: `berth_severity`.
package enum Severity: UInt32, Sendable, Hashable, Comparable, CustomStringConvertible {
    case trace = 1
    case debug = 2
    case info = 3
    case notice = 4
    case warning = 5
    case error = 6

    /// The severity behind a number from a plugin; unknown ones count as ``info``.
    package init(wire: UInt32) {
        self = Severity(rawValue: wire) ?? .info
    }

    package static func < (left: Severity, right: Severity) -> Bool { left.rawValue < right.rawValue }

    package var description: String {
        switch self {
        case .trace: "trace"
        case .debug: "debug"
        case .info: "info"
        case .notice: "notice"
        case .warning: "warning"
        case .error: "error"
        }
    }
}

/// Where a log record comes from: `berth_stream`.
package enum LogStream: UInt32, Sendable, Hashable {
    case plugin = 1
    case childOutput = 2
    case childError = 3

    /// The stream behind a number from a plugin; unknown ones count as ``plugin``.
    package init(wire: UInt32) {
        self = LogStream(rawValue: wire) ?? .plugin
    }
}

/// One log line of a job.
package struct LogRecord: Sendable, Equatable {
    package var severity: Severity
    package var stream: LogStream
    /// What is being done, for people; empty if not said.
    package var stage: String
    package var message: String
    package var fields: [LogField]

    package init(_ severity: Severity, _ message: String, stream: LogStream = .plugin, stage: String = "", fields: [LogField] = []) {
        self.severity = severity
        self.stream = stream
        self.stage = stage
        self.message = message
        self.fields = fields
    }
}

/// A named value of a log record.
package struct LogField: Sendable, Equatable {
    package var key: String
    package var value: String

    package init(key: String, value: String) {
        self.key = key
        self.value = value
    }
}

/// A finding about a request or its outcome.
package struct Diagnostic: Sendable, Equatable, CustomStringConvertible {
    package var severity: Severity
    /// Stable and dotted, for programs.
    package var code: String
    package var summary: String
    /// What to do about it; may be empty.
    package var detail: String
    package var resource: String?
    /// RFC 6901 pointer into the resource's attributes or the configuration.
    package var attribute: String?
    package var sourcePath: String?
    /// 1-based; 0 if not known.
    package var line: UInt32
    /// 1-based, in code points; 0 if not known.
    package var column: UInt32

    package init(
        _ severity: Severity, code: String, summary: String, detail: String = "", resource: String? = nil, attribute: String? = nil,
        sourcePath: String? = nil, line: UInt32 = 0, column: UInt32 = 0
    ) {
        self.severity = severity
        self.code = code
        self.summary = summary
        self.detail = detail
        self.resource = resource
        self.attribute = attribute
        self.sourcePath = sourcePath
        self.line = line
        self.column = column
    }

    package var description: String {
        var text = "\(severity): \(summary)"
        if let resource { text += " (\(resource)\(attribute.map { " " + $0 } ?? ""))" } else if let attribute { text += " (\(attribute))" }
        if let sourcePath { text += " at \(sourcePath)" + (line > 0 ? ":\(line)" : "") + (column > 0 ? ":\(column)" : "") }
        if !detail.isEmpty { text += "\n" + detail }
        return text
    }
}

/// How far a long piece of work has come.
package struct ProgressReport: Sendable, Equatable {
    /// The address it is about; the whole job if nil.
    package var resource: String?
    package var message: String
    package var done: UInt64
    /// 0 if not known.
    package var total: UInt64

    package init(resource: String?, message: String, done: UInt64, total: UInt64) {
        self.resource = resource
        self.message = message
        self.done = done
        self.total = total
    }
}

/// A plugin's state, as it handed it over to be stored. Only the plugin can read it.
package struct Checkpoint: Sendable, Equatable {
    package var state: [UInt8]
    /// The `state_version` of the plugin that wrote it.
    package var stateVersion: UInt32

    package init(state: [UInt8], stateVersion: UInt32) {
        self.state = state
        self.stateVersion = stateVersion
    }
}
