import JSON
import PluginABI
import Synchronization

/// What a host's `berth_instance *` points at.
final class Instance: Sendable {
    let plugin: any Plugin
    private let running = Mutex<[UInt: @Sendable () -> Void]>([:])

    private init(_ plugin: any Plugin) { self.plugin = plugin }

    static func of(_ pointer: OpaquePointer?) -> Instance? {
        pointer.map { Unmanaged<Instance>.fromOpaque(UnsafeRawPointer($0)).takeUnretainedValue() }
    }

    static func create(
        _ host: UnsafePointer<berth_host>?, _ job: UnsafePointer<berth_job>?, _ configuration: berth_str,
        _ slot: UnsafeMutablePointer<OpaquePointer?>?
    ) -> UInt32 {
        guard let host, let job, let slot, let make = newInstance.withLock({ $0 }) else { return UInt32(BERTH_INVALID_ARGUMENT) }
        let info = HostInfo(
            name: host.pointee.name.string ?? "", version: host.pointee.version.string ?? "",
            pluginDirectory: host.pointee.plugin_dir.string ?? "", cacheDirectory: host.pointee.cache_dir.string ?? "")
        do {
            let document: JSONValue
            do { document = try JSONValue(parsing: configuration.string ?? "{}") } catch {
                throw Failure(.invalidArgument, code: "configuration.syntax", summary: "the configuration is not JSON", detail: "\(error)")
            }
            guard case .object = document else {
                throw Failure(
                    .invalidArgument, code: "configuration.type", summary: "the configuration is \(document.typeName), not an object")
            }
            // Released by release(_:).
            let instance = Unmanaged.passRetained(Instance(try make(document, info)))
            slot.pointee = OpaquePointer(instance.toOpaque())
            return UInt32(BERTH_OK)
        } catch {
            let failure = error as? Failure ?? Failure(.failed, code: "plugin.error", summary: "\(error)")
            failure.diagnostic?.withABI { job.pointee.diagnose(job, $0) }
            return failure.status.rawValue
        }
    }

    static func release(_ pointer: OpaquePointer?) {
        guard let pointer else { return }
        Unmanaged<Instance>.fromOpaque(UnsafeRawPointer(pointer)).release()
    }

    /// Runs one operation on the calling thread.
    static func run(
        _ pointer: OpaquePointer?, _ job: UnsafePointer<berth_job>?, _ request: UnsafePointer<berth_request>?,
        _ body: @escaping @Sendable (any Plugin, Request, Job) async throws -> Void
    ) -> UInt32 {
        guard let instance = of(pointer), let job, let request else { return UInt32(BERTH_INVALID_ARGUMENT) }
        guard let loop = JobLoop() else { return UInt32(BERTH_UNAVAILABLE) }
        let handle = Job(job, loop)
        let wanted: Request
        do { wanted = try Request(request) } catch { return answer(error, handle) }
        let key = UInt(bitPattern: job)
        defer { instance.running.withLock { $0[key] = nil } }
        return loop.run(
            cancelDescriptor: job.pointee.cancel_fd, started: { cancel in instance.running.withLock { $0[key] = cancel } }
        ) {
            do {
                try await body(instance.plugin, wanted, handle)
                return UInt32(BERTH_OK)
            } catch {
                return answer(error, handle)
            }
        }
    }

    /// The second push: cancels the task from another thread, in case the job's own is blocked.
    func interrupt(_ job: UnsafePointer<berth_job>?) {
        running.withLock { $0[UInt(bitPattern: job)] }?()
    }

    private static func answer(_ error: any Error, _ job: Job) -> UInt32 {
        if error is CancellationError, job.isCancelled { return UInt32(BERTH_CANCELLED) }
        let failure = error as? Failure ?? Failure(.failed, code: "plugin.error", summary: "\(error)")
        if let diagnostic = failure.diagnostic {
            job.diagnose(diagnostic)
        } else if !job.isExplained, failure.status != .cancelled {
            job.diagnose(Diagnostic(.error, code: "plugin.unexplained", summary: "the plugin failed without saying why"))
        }
        return failure.status.rawValue
    }
}
