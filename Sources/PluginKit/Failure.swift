/// Why an operation does not succeed; throwing it answers the host.
public struct Failure: Error, Sendable, CustomStringConvertible {
    /// The answer: `berth_status`.
    public enum Status: UInt32, Sendable {
        case cancelled = 1
        case failed = 2
        /// The request itself is wrong; nothing was touched.
        case invalidArgument = 3
        case unsupported = 5
        case notFound = 6
        case conflict = 7
        /// The backend could not be reached; nothing was touched; the host may retry.
        case unavailable = 8
    }

    /// The answer the host gets.
    public var status: Status
    /// What is reported with it; may be nil only if an error was reported already.
    public var diagnostic: Diagnostic?

    /// A failure with one diagnostic.
    public init(
        _ status: Status, code: String, summary: String, detail: String = "", resource: String? = nil, attribute: String? = nil
    ) {
        self.status = status
        diagnostic = Diagnostic(.error, code: code, summary: summary, detail: detail, resource: resource, attribute: attribute)
    }

    /// A failure that was explained by ``Job/diagnose(_:)`` before.
    public init(explained status: Status) {
        self.status = status
        diagnostic = nil
    }

    static func unsupported(_ operation: String) -> Failure {
        Failure(.unsupported, code: "operation.unsupported", summary: "this plugin does not offer \(operation)")
    }

    /// For logs.
    public var description: String { diagnostic?.summary ?? "\(status)" }
}

/// A finding about a request or its outcome.
public struct Diagnostic: Sendable {
    /// How grave it is.
    public enum Severity: UInt32, Sendable {
        case warning = 5
        case error = 6
    }

    /// How grave it is.
    public var severity: Severity
    /// Stable and dotted, for programs.
    public var code: String
    /// One line.
    public var summary: String
    /// What to do about it.
    public var detail: String
    /// The address concerned.
    public var resource: String?
    /// RFC 6901 pointer into its attributes or the configuration.
    public var attribute: String?
    /// File in the template, relative to ``Request/sourceDirectory``.
    public var sourcePath: String?
    /// 1-based; 0: not known.
    public var line: UInt32
    /// 1-based, in code points; 0: not known.
    public var column: UInt32

    /// Describes a finding.
    public init(
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
}
