/// A configured plugin that jobs can be run on; in this process or in a worker.
package protocol PluginInstance: Sendable {
    var descriptor: PluginDescriptor { get }

    /// Runs one operation and returns what became of it.
    ///
    /// Cancelling the task climbs the ``CancelPolicy``'s ladder; the report still says what exists. A lost worker is
    /// an outcome of the report, not an error.
    /// - Throws: ``PluginError`` if the job could not be started at all.
    func run(_ request: JobRequest, options: JobOptions, observer: any JobObserver) async throws(PluginError) -> JobReport

    /// Ends the instance when no job is running; it must not be used afterwards.
    func close() async
}

/// How one job is run.
package struct JobOptions: Sendable {
    package var id: JobID
    /// The job is cancelled when it has run that long; nil: no limit.
    package var timeLimit: Duration?
    package var cancel: CancelPolicy

    package init(id: JobID = .new(), timeLimit: Duration? = nil, cancel: CancelPolicy = CancelPolicy()) {
        self.id = id
        self.timeLimit = timeLimit
        self.cancel = cancel
    }
}

/// The four steps by which a job is ended: the cancel descriptor at once, `interrupt()`, a warning when the soft
/// deadline passes, and the end of the worker when the grace is spent.
package struct CancelPolicy: Sendable {
    /// From the cancel descriptor to `interrupt()`.
    package var interruptAfter: Duration
    /// From the cancel descriptor to the deadline that the plugin sees.
    package var softDeadline: Duration
    /// From the soft deadline to the end of the worker.
    package var grace: Duration

    package init(interruptAfter: Duration = .seconds(1), softDeadline: Duration = .seconds(60), grace: Duration = .seconds(30)) {
        self.interruptAfter = interruptAfter
        self.softDeadline = softDeadline
        self.grace = grace
    }
}

/// Who is told what a job does while it runs. Every call but ``store(_:)`` must return quickly.
package protocol JobObserver: Sendable {
    func received(_ records: [LogRecord])
    func received(_ progress: ProgressReport)
    func received(_ diagnostic: Diagnostic)
    /// Makes a checkpoint durable before it returns; the plugin waits for that.
    func store(_ checkpoint: Checkpoint) async throws
}
