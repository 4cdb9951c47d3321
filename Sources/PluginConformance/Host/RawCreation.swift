@preconcurrency import PluginABI
import PluginLoading

/// What came of a `create` that was called without the care a host takes: with any configuration, and structs of any length.
struct RawCreation: Sendable {
    var status: UInt32
    /// What `*out` was afterwards, as a number; 0 if it was left alone.
    var instance: UInt
    /// Whether nothing was written behind the structs.
    var isIntact: Bool
    var words: [Diagnostic]
    /// The host is {instance}: it stays as long as this value.
    private let memory: Memory

    var answer: String { PluginStatus(rawValue: status)?.description ?? "the unknown status \(status)" }
    var isExplained: Bool { words.contains { $0.severity == .error } }

    private final class Memory: @unchecked Sendable {
        // Safe to share: the thread that creates fills it, and nobody touches it afterwards.
        let arena = Arena()
    }

    /// Bytes that nobody writes by chance.
    static let pattern: UInt8 = 0xA5

    /// Calls create on a job's thread.
    ///
    /// - Parameters:
    ///   - directory: serves as plugin, cache and work directory.
    ///   - extra: bytes behind the end of host and job, as a newer host would have them.
    static func call(
        _ plugin: berth_plugin, configuration: String, directory: String, extra: Int = 0, patience: JobRun.Patience
    ) throws -> RawCreation {
        try makeDirectory(directory)
        let sink = CreationSink()
        let bridge = JobBridge(id: .new(), operation: nil, stateVersion: 0, workDirectory: directory, control: try JobControl(), sink: sink)
        return try JobRun.call("create", seconds: patience.untilCancelSeconds) {
            let memory = Memory()
            let arena = memory.arena
            let host = arena.longer(Self.host(directory, arena), by: extra)
            host.pointee.size = UInt32(MemoryLayout<berth_host>.size + extra)
            var isIntact = true
            var made: OpaquePointer?
            let (status, _) = bridge.run { usual in
                let job = arena.longer(usual.pointee, by: extra)
                job.pointee.size = UInt32(MemoryLayout<berth_job>.size + extra)
                let status = plugin.create(UnsafePointer(host), UnsafePointer(job), arena.text(configuration), &made)
                isIntact = arena.isIntact(host, extra) && arena.isIntact(job, extra)
                return status
            }
            return RawCreation(status: status, instance: UInt(bitPattern: made), isIntact: isIntact, words: sink.words, memory: memory)
        }
    }

    /// Ends the instance, if one was made.
    func destroy(_ plugin: berth_plugin, patience: JobRun.Patience) throws {
        guard status == PluginStatus.ok.rawValue, instance != 0 else { return }
        let instance = instance
        try JobRun.call("destroy_instance", seconds: patience.untilCancelSeconds) {
            plugin.destroy_instance(OpaquePointer(bitPattern: instance))
        }
        withExtendedLifetime(memory) {}
    }

    private static func host(_ directory: String, _ arena: Arena) -> berth_host {
        var host = berth_host()
        host.abi_minor = UInt32(BERTH_ABI_MINOR)
        host.name = arena.text("berth")
        host.version = arena.text(hostVersion)
        host.plugin_dir = arena.text(directory)
        host.cache_dir = arena.text(directory)
        host.get_extension = { _, _ in nil }
        host.log = { _, _ in }
        return host
    }
}

extension Arena {
    /// A copy of a struct with bytes behind it that its reader does not know.
    func longer<T>(_ value: T, by extra: Int) -> UnsafeMutablePointer<T> {
        let bytes = UnsafeMutableRawPointer(allocate(UInt8.self, count: MemoryLayout<T>.size + extra))
        bytes.initializeMemory(as: UInt8.self, repeating: RawCreation.pattern, count: MemoryLayout<T>.size + extra)
        let pointer = bytes.bindMemory(to: T.self, capacity: 1)
        pointer.initialize(to: value)
        return pointer
    }

    /// Whether the bytes behind a struct are as they were.
    func isIntact<T>(_ pointer: UnsafeMutablePointer<T>, _ extra: Int) -> Bool {
        let bytes = UnsafeRawPointer(pointer) + MemoryLayout<T>.size
        return (0..<extra).allSatisfy { bytes.load(fromByteOffset: $0, as: UInt8.self) == RawCreation.pattern }
    }
}
