public import JSON
import PluginABI
import Synchronization

/// One running operation, as the plugin sees it: its whole world until the operation returns.
///
/// ``log(_:_:stage:fields:)``, ``progress(_:done:total:resource:)`` and ``diagnose(_:)`` may be called from any task or
/// thread. The others get to the job's thread by themselves. None may be called after the operation has returned.
public final class Job: @unchecked Sendable {
    // Safe to share: the pointer is valid while the operation runs, and the host's functions say which threads may call them.
    private let pointer: UnsafePointer<berth_job>
    private let loop: JobLoop
    private let explained = Mutex(false)

    /// Its identity, for logs.
    public let id: String
    /// Empty at the start, private to this job, gone after it; absolute.
    public let workDirectory: String

    init(_ pointer: UnsafePointer<berth_job>, _ loop: JobLoop) {
        self.pointer = pointer
        self.loop = loop
        id = pointer.pointee.id.string ?? ""
        workDirectory = pointer.pointee.work_dir.string ?? ""
    }

    /// How grave a log record is.
    public enum Severity: UInt32, Sendable {
        case trace = 1
        case debug = 2
        case info = 3
        case notice = 4
        case warning = 5
        case error = 6
    }

    /// Whether the job was asked to stop.
    public var isCancelled: Bool { pointer.pointee.is_cancelled(pointer) != 0 }

    /// On the monotonic clock, in nanoseconds, by which the operation should have returned; nil: none.
    public var deadlineNanoseconds: UInt64? {
        let deadline = pointer.pointee.deadline_ns(pointer)
        return deadline == 0 ? nil : deadline
    }

    /// Whether an error was reported, so that a failure is explained.
    var isExplained: Bool { explained.withLock { $0 } }

    /// - Throws: `CancellationError` if the job was asked to stop.
    public func checkCancellation() throws {
        if isCancelled { throw CancellationError() }
    }

    // MARK: - Any thread

    /// Writes a log line. Never blocks.
    public func log(_ severity: Severity, _ message: String, stage: String? = nil, fields: KeyValuePairs<String, String> = [:]) {
        var record = berth_log_record()
        record.size = UInt32(MemoryLayout<berth_log_record>.size)
        record.severity = severity.rawValue
        record.stream = UInt32(BERTH_STREAM_PLUGIN)
        let pairs = fields.map { (berth_str.permanent($0.key), berth_str.permanent($0.value)) }
        let list = pairs.map { berth_field(key: $0.0, value: $0.1) }
        defer {
            for (key, value) in pairs {
                key.ptr.deallocate()
                value.ptr.deallocate()
            }
        }
        stage.withABI { stage in
            message.withABI { message in
                list.withUnsafeBufferPointer { list in
                    record.stage = stage
                    record.message = message
                    record.fields = list.isEmpty ? nil : list.baseAddress
                    record.field_count = UInt32(list.count)
                    pointer.pointee.log(pointer, &record)
                }
            }
        }
    }

    /// Says how far the job, or one resource, has come. `total` 0: not known.
    public func progress(_ message: String, done: UInt64, total: UInt64, resource: String? = nil) {
        var report = berth_progress()
        report.size = UInt32(MemoryLayout<berth_progress>.size)
        report.done = done
        report.total = total
        resource.withABI { resource in
            message.withABI { message in
                report.resource = resource
                report.message = message
                pointer.pointee.progress(pointer, &report)
            }
        }
    }

    /// Reports a finding.
    public func diagnose(_ diagnostic: Diagnostic) {
        if diagnostic.severity == .error { explained.withLock { $0 = true } }
        diagnostic.withABI { pointer.pointee.diagnose(pointer, $0) }
    }

    // MARK: - The job's thread

    /// Stores the plugin's state and returns when it is durable.
    ///
    /// Call it before every remote side effect with what is about to be done, and after it with its handle.
    /// - Throws: ``Failure`` if it could not be stored; start nothing new then.
    public func checkpoint(_ state: [UInt8]) async throws {
        try await sink("checkpoint") { job in state.withABI { job.pointee.checkpoint(job, $0) } }
    }

    /// Stores the plugin's state as a JSON document; see ``checkpoint(_:)-([UInt8])``.
    public func checkpoint(_ state: JSONValue) async throws {
        try await checkpoint(Array(state.serialized().utf8))
    }

    /// Adds a node to the graph that this operation reports.
    public func add(_ resource: Resource) async throws {
        let attributes = resource.attributes.serialized()
        let sensitive = JSONValue.array(resource.sensitive.map { .string($0) }).serialized()
        let unknown = JSONValue.array(resource.unknown.map { .string($0) }).serialized()
        try await sink("add_resource \(resource.address)") { job in
            var raw = berth_resource()
            raw.size = UInt32(MemoryLayout<berth_resource>.size)
            raw.kind = resource.kind.rawValue
            raw.change = resource.change.rawValue
            return withTexts(resource.address, resource.type, resource.name, resource.remoteID, attributes, sensitive, unknown) { texts in
                raw.address = texts[0]
                raw.type = texts[1]
                raw.name = texts[2]
                raw.remote_id = texts[3]
                raw.attributes_json = texts[4]
                raw.sensitive_json = texts[5]
                raw.unknown_json = texts[6]
                return job.pointee.add_resource(job, &raw)
            }
        }
    }

    /// Adds an arrow; its ends may be added later.
    public func connect(_ from: String, _ kind: EdgeKind, _ to: String) async throws {
        try await sink("add_edge \(from)") { job in
            var raw = berth_edge()
            raw.size = UInt32(MemoryLayout<berth_edge>.size)
            raw.kind = kind.rawValue
            return withTexts(from, to) { texts in
                raw.from = texts[0]
                raw.to = texts[1]
                return job.pointee.add_edge(job, &raw)
            }
        }
    }

    /// Adds a named result.
    public func output(_ name: String, _ value: JSONValue, isSensitive: Bool = false) async throws {
        let text = value.serialized()
        try await sink("add_output \(name)") { job in
            var raw = berth_output()
            raw.size = UInt32(MemoryLayout<berth_output>.size)
            raw.flags = isSensitive ? UInt32(BERTH_OUTPUT_SENSITIVE) : 0
            return withTexts(name, text) { texts in
                raw.name = texts[0]
                raw.value_json = texts[1]
                return job.pointee.add_output(job, &raw)
            }
        }
    }

    /// In plan: keeps bytes that apply gets back.
    public func keepPlan(_ plan: [UInt8]) async throws {
        try await sink("set_plan") { job in plan.withABI { job.pointee.set_plan(job, $0) } }
    }

    /// Publishes the template's parameters: a document with the shape of `parameters.schema.json`.
    public func publish(parameters: JSONValue) async throws {
        let text = parameters.serialized()
        try await sink("set_document parameters") { job in
            withTexts("parameters", text) { texts in job.pointee.set_document(job, texts[0], texts[1]) }
        }
    }

    private func sink(_ what: String, _ body: @escaping @Sendable (UnsafePointer<berth_job>) -> UInt32) async throws {
        let job = JobPointer(pointer)
        let status = await loop.call { body(job.value) }
        guard status == 0 else {
            throw Failure(.failed, code: "host.refused", summary: "the host refused \(what)", detail: "status \(status)")
        }
    }
}

/// Lets the job's pointer into closures that run while the operation does.
private struct JobPointer: @unchecked Sendable {
    // Safe to send: the memory is the host's, constant, and valid until the operation returns.
    let value: UnsafePointer<berth_job>
    init(_ value: UnsafePointer<berth_job>) { self.value = value }
}

/// Calls `body` with texts as they cross the border, valid during the call.
private func withTexts(_ texts: String?..., body: ([berth_str]) -> UInt32) -> UInt32 {
    func next(_ rest: ArraySlice<String?>, _ done: [berth_str]) -> UInt32 {
        guard let text = rest.first else { return body(done) }
        return text.withABI { next(rest.dropFirst(), done + [$0]) }
    }
    return next(texts[...], [])
}

extension Diagnostic {
    /// Calls `body` with the diagnostic as it crosses the border.
    func withABI(_ body: (UnsafePointer<berth_diagnostic>) -> Void) {
        var raw = berth_diagnostic()
        raw.size = UInt32(MemoryLayout<berth_diagnostic>.size)
        raw.severity = severity.rawValue
        raw.line = line
        raw.column = column
        _ = withTexts(code, summary, detail, resource, attribute, sourcePath) { texts in
            raw.code = texts[0]
            raw.summary = texts[1]
            raw.detail = texts[2]
            raw.resource = texts[3]
            raw.attribute = texts[4]
            raw.source_path = texts[5]
            body(&raw)
            return 0
        }
    }
}
