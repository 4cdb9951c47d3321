import CShims
import Dispatch
import Glibc
import JSON
package import PluginABI
import ResourceGraph
import Synchronization

/// One running job on the plugin's side of the border: the `berth_job` a plugin is handed, and behind it the
/// checks and copies that turn its calls into a ``JobSink``'s.
package final class JobBridge: @unchecked Sendable {
    // Safe to share: `pointer` and `sink` are set in init, the rest is behind `state` or atomic.

    /// What the plugin sees.
    package let pointer: UnsafeMutablePointer<berth_job>
    package let control: JobControl
    private let sink: any JobSink
    private let operation: JobOperation?
    private let stateVersion: UInt32
    private let arena = Arena()
    private let state: Mutex<State>
    private let interruptEnded = DispatchSemaphore(value: 0)

    private struct State {
        var phase = Phase.ready
        var violations: [String] = []
        var addresses: Set<String> = []
        var edges = 0
        var outputs: Set<String> = []
        var interrupt = Interrupt.none
    }

    private enum Interrupt {
        /// Not called yet. Leads to `running`.
        case none
        /// Runs on some thread. Leads to `awaited` or `over`.
        case running
        /// Runs still, though the operation has returned; whoever ran that waits. Leads to `over`.
        case awaited
        case over
    }

    private enum Phase {
        /// Made, not yet started. Leads to `running`.
        case ready
        /// The operation runs on this thread. Leads to `returned`.
        case running(pthread_t)
        /// The operation has returned; every sink answers `BERTH_INVALID_STATE`.
        case returned
    }

    /// - Parameters:
    ///   - operation: nil for `create`, in which the graph and checkpoint sinks are closed.
    ///   - workDirectory: absolute.
    package init(
        id: JobID, operation: JobOperation?, stateVersion: UInt32, workDirectory: String, control: JobControl, sink: any JobSink
    ) {
        self.sink = sink
        self.control = control
        self.operation = operation
        self.stateVersion = stateVersion
        state = Mutex(State())
        pointer = .allocate(capacity: 1)
        var job = berth_job()
        job.size = UInt32(MemoryLayout<berth_job>.size)
        job.cancel_fd = control.cancelDescriptor
        job.id = arena.text(id.rawValue)
        job.work_dir = arena.text(workDirectory)
        job.host_data = Unmanaged.passUnretained(self).toOpaque()
        job.is_cancelled = { JobBridge.of($0).control.isCancelled ? 1 : 0 }
        job.deadline_ns = { JobBridge.of($0).control.deadlineNanoseconds }
        job.log = { JobBridge.of($0).log($1) }
        job.progress = { JobBridge.of($0).progress($1) }
        job.diagnose = { JobBridge.of($0).diagnose($1) }
        job.checkpoint = { JobBridge.of($0).checkpoint($1).rawValue }
        job.add_resource = { JobBridge.of($0).addResource($1).rawValue }
        job.add_edge = { JobBridge.of($0).addEdge($1).rawValue }
        job.add_output = { JobBridge.of($0).addOutput($1).rawValue }
        job.set_plan = { JobBridge.of($0).setPlan($1).rawValue }
        job.set_document = { JobBridge.of($0).setDocument($1, $2).rawValue }
        pointer.initialize(to: job)
    }

    deinit {
        pointer.deallocate()
    }

    /// What the plugin has done wrong until now, also after the operation returned.
    package var violations: [String] { state.withLock { $0.violations } }

    /// Runs `body` as the operation, on this thread, and returns its answer and what the plugin did wrong.
    package func run(_ body: (UnsafePointer<berth_job>) -> UInt32) -> (status: UInt32, violations: [String]) {
        state.withLock { $0.phase = .running(pthread_self()) }
        let status = body(UnsafePointer(pointer))
        while true {
            let violations: [String]? = state.withLock { state in
                if case .running = state.interrupt {
                    state.interrupt = .awaited
                    return nil
                }
                state.phase = .returned
                return state.violations
            }
            if let violations {
                Self.keepForAWhile(self)
                return (status, violations)
            }
            interruptEnded.wait()
        }
    }

    /// Calls `body` unless the operation has returned, and lets it return only when `body` has. Only the first call counts.
    package func interrupt(_ body: (UnsafePointer<berth_job>) -> Void) {
        let isFirst = state.withLock { state in
            guard case .running = state.phase, case .none = state.interrupt else { return false }
            state.interrupt = .running
            return true
        }
        guard isFirst else { return }
        // Not under the lock: the plugin may log from here.
        body(UnsafePointer(pointer))
        let isAwaited = state.withLock { state in
            defer { state.interrupt = .over }
            if case .awaited = state.interrupt { return true }
            return false
        }
        if isAwaited { interruptEnded.signal() }
    }

    // A plugin may wrongly call a sink after its operation returned, from a thread it left behind. The last few
    // hundred jobs therefore stay in memory, so that such a call is answered instead of reading freed memory.
    private static let recent = Mutex<(jobs: [JobBridge], next: Int)>(([], 0))

    private static func keepForAWhile(_ bridge: JobBridge) {
        recent.withLock { recent in
            if recent.jobs.count < 256 {
                recent.jobs.append(bridge)
            } else {
                recent.jobs[recent.next] = bridge
                recent.next = (recent.next + 1) % 256
            }
        }
    }

    private static func of(_ job: UnsafePointer<berth_job>?) -> JobBridge {
        guard let data = job?.pointee.host_data else {
            // There is no job this could be reported to. In a worker this ends the worker, and its host says so.
            fatalError("a plugin called a job function with a NULL job")
        }
        return Unmanaged<JobBridge>.fromOpaque(data).takeUnretainedValue()
    }
}

// MARK: - Calls from any thread

extension JobBridge {
    private func log(_ pointer: UnsafePointer<berth_log_record>?) {
        guard isOpen("log") else { return }
        do { sink.log(try LogRecord(reading: pointer)) } catch { note(error.message) }
    }

    private func progress(_ pointer: UnsafePointer<berth_progress>?) {
        guard isOpen("progress") else { return }
        do throws(BorderError) {
            let raw = try readStruct(pointer, "berth_progress") { $0.size }
            let resource = try readText(raw.resource, "progress.resource", limit: Int(BERTH_ADDRESS_SIZE_MAX))
            sink.progress(
                ProgressReport(resource: resource, message: readLogText(raw.message, limit: 4096), done: raw.done, total: raw.total))
        } catch { note(error.message) }
    }

    private func diagnose(_ pointer: UnsafePointer<berth_diagnostic>?) {
        guard isOpen("diagnose") else { return }
        do { sink.diagnose(try Diagnostic(reading: pointer)) } catch { note(error.message) }
    }

    private func isOpen(_ function: String) -> Bool {
        state.withLock { state in
            if case .returned = state.phase {
                if state.violations.count < 100 { state.violations.append("\(function) was called after the operation returned") }
                return false
            }
            return true
        }
    }

    private func note(_ violation: String) {
        state.withLock { state in
            // A plugin in a loop must not fill memory with one and the same complaint.
            if state.violations.count < 100 { state.violations.append(violation) }
        }
    }
}

// MARK: - Calls on the job's thread

extension JobBridge {
    private func checkpoint(_ bytes: berth_bytes) -> PluginStatus {
        switch operation {
        case .parse, .plan, .inventory:
            note("checkpoint was called in \(operation!), which changes nothing")
            return .invalidState
        case .apply, .destroy, .read, .recover, .action, nil: break
        }
        return guarded("checkpoint") { () throws(BorderError) in
            let state = try readBytes(bytes, "checkpoint state", limit: Int(BERTH_STATE_SIZE_MAX))
            return sink.checkpoint(Checkpoint(state: state, stateVersion: stateVersion))
        }
    }

    private func addResource(_ pointer: UnsafePointer<berth_resource>?) -> PluginStatus {
        guarded("add_resource") { () throws(BorderError) in
            let node = try GraphNode(reading: pointer)
            let refusal: PluginStatus? = state.withLock { state in
                guard state.addresses.count < Int(BERTH_RESOURCES_MAX) else { return .invalidArgument }
                return state.addresses.insert(node.address).inserted ? nil : .conflict
            }
            if refusal == .invalidArgument { throw BorderError("more than \(BERTH_RESOURCES_MAX) resources were added") }
            if refusal == .conflict { note("resource \(node.address) was added twice") }
            return refusal ?? sink.add(node)
        }
    }

    private func addEdge(_ pointer: UnsafePointer<berth_edge>?) -> PluginStatus {
        guarded("add_edge") { () throws(BorderError) in
            let raw = try readStruct(pointer, "berth_edge") { $0.size }
            let from = try readRequiredText(raw.from, "edge.from", limit: Int(BERTH_ADDRESS_SIZE_MAX))
            let to = try readRequiredText(raw.to, "edge.to", limit: Int(BERTH_ADDRESS_SIZE_MAX))
            let count = state.withLock { state in
                state.edges += 1
                return state.edges
            }
            guard count <= Int(BERTH_EDGES_MAX) else { throw BorderError("more than \(BERTH_EDGES_MAX) edges were added") }
            return sink.add(GraphEdge(EdgeKind(abiValue: raw.kind), from: from, to: to))
        }
    }

    private func addOutput(_ pointer: UnsafePointer<berth_output>?) -> PluginStatus {
        guarded("add_output") { () throws(BorderError) in
            let raw = try readStruct(pointer, "berth_output") { $0.size }
            let name = try readRequiredText(raw.name, "output.name", limit: 1024)
            let value = try readJSON(raw.value_json, "output \(name): value_json") ?? .null
            let isNew = state.withLock { $0.outputs.count < 10_000 ? $0.outputs.insert(name).inserted : nil }
            guard let isNew else { throw BorderError("more than 10000 outputs were added") }
            guard isNew else {
                note("output \(name) was added twice")
                return .conflict
            }
            return sink.add(GraphOutput(name: name, value: value, isSensitive: raw.flags & UInt32(BERTH_OUTPUT_SENSITIVE) != 0))
        }
    }

    private func setPlan(_ bytes: berth_bytes) -> PluginStatus {
        guard operation == .plan else {
            note("set_plan was called in \(operation.map(String.init(describing:)) ?? "create")")
            return .invalidState
        }
        return guarded("set_plan") { () throws(BorderError) in
            sink.keepPlan(try readBytes(bytes, "plan", limit: Int(BERTH_STATE_SIZE_MAX)))
        }
    }

    private func setDocument(_ kind: berth_str, _ json: berth_str) -> PluginStatus {
        guarded("set_document") { () throws(BorderError) in
            let kind = try readRequiredText(kind, "document kind", limit: 100)
            guard kind == "parameters" else { return .unsupported }
            guard let text = try readText(json, "document \(kind)", limit: Int(BERTH_JSON_SIZE_MAX)) else {
                throw BorderError("document \(kind) is absent")
            }
            do { _ = try JSONValue(parsing: text) } catch { throw BorderError("document \(kind): \(error)") }
            return sink.publish(kind: kind, json: text)
        }
    }

    /// Checks phase and thread, runs `body`, and turns what it throws into a violation.
    private func guarded(_ function: String, _ body: () throws(BorderError) -> PluginStatus) -> PluginStatus {
        let refusal: String? = state.withLock { state in
            switch state.phase {
            case .returned: "\(function) was called after the operation returned"
            case .ready: "\(function) was called before the operation started"
            case .running where operation == nil: "\(function) was called in create"
            case .running(let thread):
                pthread_equal(thread, pthread_self()) != 0 ? nil : "\(function) was called from another thread than the job's"
            }
        }
        if let refusal {
            note(refusal)
            return .invalidState
        }
        do { return try body() } catch {
            note(error.message)
            return .invalidArgument
        }
    }
}

// MARK: - Reading what crosses

/// A JSON value from a plugin; nil if it is absent.
private func readJSON(_ text: berth_str, _ name: String) throws(BorderError) -> JSONValue? {
    guard let pointer = text.ptr else {
        if text.len != 0 { throw BorderError("\(name) is NULL with length \(text.len)") }
        return nil
    }
    guard text.len <= UInt64(BERTH_JSON_SIZE_MAX) else {
        throw BorderError("\(name) has \(text.len) bytes, more than \(BERTH_JSON_SIZE_MAX)")
    }
    do { return try JSONValue(parsing: UnsafeRawBufferPointer(start: pointer, count: Int(text.len))) } catch {
        throw BorderError("\(name): \(error)")
    }
}

extension LogRecord {
    /// A record out of a plugin's memory.
    init(reading pointer: UnsafePointer<berth_log_record>?) throws(BorderError) {
        let raw = try readStruct(pointer, "berth_log_record") { $0.size }
        guard raw.message.len <= logTextSizeMaxBytes else { throw BorderError("log message has \(raw.message.len) bytes") }
        severity = Severity(wire: raw.severity)
        stream = LogStream(wire: raw.stream)
        stage = readLogText(raw.stage, limit: 200)
        message = readLogText(raw.message, limit: Int(BERTH_MESSAGE_SIZE_MAX))
        fields = []
        if let first = raw.fields {
            for index in 0..<Int(min(raw.field_count, UInt32(BERTH_FIELDS_MAX))) {
                fields.append(
                    LogField(key: readLogText(first[index].key, limit: 200), value: readLogText(first[index].value, limit: 4096)))
            }
        }
    }
}

extension Diagnostic {
    fileprivate init(reading pointer: UnsafePointer<berth_diagnostic>?) throws(BorderError) {
        let raw = try readStruct(pointer, "berth_diagnostic") { $0.size }
        severity = Severity(wire: raw.severity) == .warning ? .warning : .error
        code = try readText(raw.code, "diagnostic.code", limit: 200) ?? ""
        summary = try readRequiredText(raw.summary, "diagnostic.summary", limit: 4096)
        detail = try readText(raw.detail, "diagnostic.detail", limit: Int(BERTH_MESSAGE_SIZE_MAX)) ?? ""
        resource = try readText(raw.resource, "diagnostic.resource", limit: Int(BERTH_ADDRESS_SIZE_MAX))
        attribute = try readText(raw.attribute, "diagnostic.attribute", limit: 4096)
        sourcePath = try readText(raw.source_path, "diagnostic.source_path", limit: 4096)
        line = raw.line
        column = raw.column
    }
}

extension GraphNode {
    fileprivate init(reading pointer: UnsafePointer<berth_resource>?) throws(BorderError) {
        let raw = try readStruct(pointer, "berth_resource") { $0.size }
        let address = try readRequiredText(raw.address, "resource.address", limit: Int(BERTH_ADDRESS_SIZE_MAX))
        let attributes = try readJSON(raw.attributes_json, "resource \(address): attributes_json") ?? .object([:])
        guard case .object = attributes else {
            throw BorderError("resource \(address): attributes_json is \(attributes.typeName), not an object")
        }
        func pointers(_ text: berth_str, _ name: String) throws(BorderError) -> [JSONPointer] {
            guard let value = try readJSON(text, "resource \(address): \(name)") else { return [] }
            guard let texts = value.arrayValue else { throw BorderError("resource \(address): \(name) is not an array") }
            var pointers: [JSONPointer] = []
            for text in texts {
                guard let string = text.stringValue else { throw BorderError("resource \(address): \(name) holds \(text.typeName)") }
                do { pointers.append(try JSONPointer(string)) } catch {
                    throw BorderError("resource \(address): \(name): \(error)")
                }
            }
            return pointers
        }
        self.init(
            kind: NodeKind(abiValue: raw.kind), change: ResourceChange(abiValue: raw.change), address: address,
            type: try readRequiredText(raw.type, "resource \(address): type", limit: 200),
            name: try readText(raw.name, "resource \(address): name", limit: 1024) ?? "",
            remoteID: try readText(raw.remote_id, "resource \(address): remote_id", limit: 4096),
            attributes: attributes,
            sensitive: try pointers(raw.sensitive_json, "sensitive_json"), unknown: try pointers(raw.unknown_json, "unknown_json"))
    }
}
