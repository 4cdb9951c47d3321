import CShims
import Glibc
import JSON
import PluginABI

/// A plugin with one configuration, in this process. Calls block; whoever makes them provides the thread.
package final class LoadedInstance: @unchecked Sendable {
    // Safe to share: the pointers are written in init, and the plugin's own rules for them are kept by the callers.
    package let library: PluginLibrary
    private let instance: OpaquePointer
    private let host: HostTable

    /// Creates the instance; must be called on a job's thread.
    ///
    /// - Parameters:
    ///   - configuration: JSON text that fits the plugin's schema.
    ///   - bridge: the job under whose name it is made.
    /// - Throws: ``PluginError`` with code `configuration` if the plugin refuses, `protocolViolation` if it breaks the ABI.
    package init(
        _ library: PluginLibrary, configuration: String, directories: HostDirectories, bridge: JobBridge,
        log: @escaping @Sendable (LogRecord) -> Void
    ) throws(PluginError) {
        self.library = library
        host = HostTable(minor: library.descriptor.abiMinor, directories: directories, log: log)
        let arena = Arena()
        let text = arena.text(configuration)
        var made: OpaquePointer?
        let host = host
        let (status, violations) = bridge.run { job in library.plugin.create(UnsafePointer(host.pointer), job, text, &made) }
        withExtendedLifetime(arena) {}
        if let violation = violations.first {
            if let made { library.plugin.destroy_instance(made) }
            throw PluginError(.protocolViolation, violation, plugin: library.descriptor.id)
        }
        guard status == 0 else {
            throw PluginError(.configuration, "refuses its configuration (\(PluginStatus(wire: status)))", plugin: library.descriptor.id)
        }
        guard let made else {
            throw PluginError(.protocolViolation, "create answered OK and made no instance", plugin: library.descriptor.id)
        }
        instance = made
    }

    /// Runs one operation on this thread and returns when the plugin does.
    ///
    /// - Returns: the plugin's answer, and what it did wrong on the way.
    package func run(_ function: PluginLibrary.PluginFunction, request: JobRequest, bridge: JobBridge) -> (
        status: UInt32, violations: [String]
    ) {
        let arena = Arena()
        let raw = arena.allocate(berth_request.self, count: 1)
        raw.initialize(to: arena.request(request))
        let result = bridge.run { job in
            switch function {
            case .operation(let operation): operation(instance, job, raw)
            case .action(let call, let arguments): call(instance, job, raw, arguments)
            }
        }
        // The request is {job}: it goes when the operation has returned, and the arena with it.
        withExtendedLifetime(arena) {}
        return result
    }

    /// The second push to a cancelled job.
    package func interrupt(_ bridge: JobBridge) {
        guard let interrupt = library.plugin.interrupt else { return }
        bridge.interrupt { job in interrupt(instance, job) }
    }

    /// Ends the instance; no job of it may be running. It must not be used afterwards.
    package func destroy() {
        library.plugin.destroy_instance(instance)
    }
}

/// The directories a plugin is told of.
package struct HostDirectories: Sendable {
    /// Where the manifest lies; absolute.
    package var plugin: String
    /// For what the plugin may keep between workers; absolute.
    package var cache: String
    /// Below which each job gets a directory of its own; absolute.
    package var work: String

    package init(plugin: String, cache: String, work: String) {
        self.plugin = plugin
        self.cache = cache
        self.work = work
    }
}

/// The `berth_host` that an instance is handed.
private final class HostTable: @unchecked Sendable {
    // Safe to share: written in init only.
    let pointer: UnsafeMutablePointer<berth_host>
    private let log: @Sendable (LogRecord) -> Void
    private let arena = Arena()

    init(minor: UInt32, directories: HostDirectories, log: @escaping @Sendable (LogRecord) -> Void) {
        self.log = log
        pointer = .allocate(capacity: 1)
        var host = berth_host()
        host.size = UInt32(MemoryLayout<berth_host>.size)
        host.abi_minor = minor
        host.name = arena.text("berth")
        host.version = arena.text(hostVersion)
        host.plugin_dir = arena.text(directories.plugin)
        host.cache_dir = arena.text(directories.cache)
        host.host_data = Unmanaged.passUnretained(self).toOpaque()
        host.get_extension = { _, _ in nil }
        host.log = { host, record in
            guard let data = host?.pointee.host_data else { return }
            guard let record = try? LogRecord(reading: record) else { return }  // belongs to no job that could be told
            Unmanaged<HostTable>.fromOpaque(data).takeUnretainedValue().log(record)
        }
        pointer.initialize(to: host)
    }

    deinit {
        pointer.deallocate()
    }
}

/// The version of this host, as plugins are told.
package let hostVersion = "0.1.0"

extension Arena {
    /// A request as it crosses.
    fileprivate func request(_ request: JobRequest) -> berth_request {
        var raw = berth_request()
        raw.size = UInt32(MemoryLayout<berth_request>.size)
        raw.flags = request.planDestroy ? UInt32(BERTH_REQUEST_PLAN_DESTROY) : 0
        raw.operation_id = text(request.operationID.rawValue)
        raw.source_dir = text(request.sourceDirectory)
        raw.inputs_json = text(request.inputs)
        let labels = allocate(berth_field.self, count: request.labels.count)
        for (index, label) in request.labels.enumerated() {
            (labels + index).initialize(to: berth_field(key: text(label.key), value: text(label.value)))
        }
        raw.labels = UnsafePointer(labels)
        raw.label_count = UInt32(request.labels.count)
        raw.state = bytes(request.checkpoint?.state)
        raw.state_version = request.checkpoint?.stateVersion ?? 0
        raw.plan = bytes(request.plan)
        raw.resource = text(request.resource)
        raw.interrupted = request.interrupted
        return raw
    }
}
