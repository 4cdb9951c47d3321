import Glibc
import JSON
import PluginABI
import PluginLoading
import ResourceGraph
import Synchronization
import TestSupport

/// A plugin made of Swift closures, in this process: whatever a library could do, it can be told to do.
struct TablePlugin {
    typealias Operation = @Sendable (UnsafePointer<berth_job>, UnsafePointer<berth_request>) -> UInt32

    /// What the functions of one instance do.
    struct Behaviour: Sendable {
        var create: @Sendable (UnsafePointer<berth_job>) -> UInt32 = { _ in 0 }
        var makesInstance = true
        var apply: Operation = { _, _ in 0 }
        var plan: Operation = { _, _ in 0 }
        var interrupt: @Sendable (UnsafePointer<berth_job>) -> Void = { _ in }
    }

    var hello = berth_hello()
    /// The answer to the handshake.
    var status = UInt32(BERTH_OK)
    var descriptor = berth_descriptor()
    var plugin = berth_plugin()
    var actions: [berth_action] = []
    var actionStride = UInt32(MemoryLayout<berth_action>.stride)
    var actionsSize = UInt32(MemoryLayout<berth_actions>.size)
    var givesNothing = false

    init() {
        hello.minor_max = 0
        descriptor.size = UInt32(MemoryLayout<berth_descriptor>.size)
        descriptor.id = forever("dev.berth.test.table")
        descriptor.name = forever("table")
        descriptor.version = forever("1.0.0")
        descriptor.config_schema_json = forever("{\"type\":\"object\"}")
        descriptor.state_version = 1
        descriptor.state_version_min = 1
        descriptor.capabilities = UInt32(BERTH_CAP_PLAN) | UInt32(BERTH_CAP_APPLY)
        plugin.size = UInt32(MemoryLayout<berth_plugin>.size)
        plugin.create = { _, job, configuration, out in
            let text = String(
                decoding: UnsafeRawBufferPointer(start: configuration.ptr, count: Int(configuration.len)), as: UTF8.self)
            let key = text.filter(\.isNumber)
            let behaviour = behaviours.withLock { $0[Int(key) ?? -1]! }
            let status = behaviour.create(job!)
            if status == 0, behaviour.makesInstance {
                out!.pointee = OpaquePointer(Unmanaged.passRetained(Box(behaviour)).toOpaque())
            }
            return status
        }
        plugin.destroy_instance = { Unmanaged<Box>.fromOpaque(UnsafeRawPointer($0!)).release() }
        plugin.apply = { Box.of($0).apply($1!, $2!) }
        plugin.plan = { Box.of($0).plan($1!, $2!) }
        plugin.interrupt = { Box.of($0).interrupt($1!) }
    }

    /// Shakes hands with the host.
    func load() throws(PluginError) -> PluginLibrary {
        // What a plugin gives is {process}, so it is never freed.
        let given = UnsafeMutablePointer<berth_plugin>.allocate(capacity: 1)
        var plugin = plugin
        let descriptorCopy = UnsafeMutablePointer<berth_descriptor>.allocate(capacity: 1)
        descriptorCopy.initialize(to: descriptor)
        plugin.descriptor = plugin.descriptor ?? UnsafePointer(descriptorCopy)
        if !actions.isEmpty {
            plugin.get_extension = { plugin, id in
                let text = String(decoding: UnsafeRawBufferPointer(start: id.ptr, count: Int(id.len)), as: UTF8.self)
                guard text == "berth.actions/1" else { return nil }
                return tables.withLock { $0[UInt(bitPattern: plugin)].map { UnsafeRawPointer(bitPattern: $0)! } }
            }
            let items = UnsafeMutableRawPointer.allocate(byteCount: actions.count * Int(actionStride) + 256, alignment: 16)
            for (index, action) in actions.enumerated() {
                (items + index * Int(actionStride)).storeBytes(of: action, as: berth_action.self)
            }
            let table = UnsafeMutablePointer<berth_actions>.allocate(capacity: 1)
            table.initialize(
                to: berth_actions(
                    size: actionsSize, reserved0: 0,
                    actions: berth_array(items: items, count: UInt32(actions.count), stride: actionStride)))
            tables.withLock { $0[UInt(bitPattern: given)] = UInt(bitPattern: table) }
        }
        given.initialize(to: plugin)
        answer.lock()
        defer { answer.unlock() }
        answer.status = status
        answer.minor = hello.minor_max
        answer.refusal = hello.refusal
        answer.plugin = givesNothing ? nil : UnsafePointer(given)
        return try PluginLibrary(entry: { hello, out in
            hello!.pointee.minor_max = answer.minor
            hello!.pointee.refusal = answer.refusal
            out!.pointee = answer.plugin
            return answer.status
        })
    }

    /// An instance that behaves so.
    func instance(_ fixture: Fixture, _ behaviour: Behaviour) async throws -> InProcessInstance {
        let library = try load()
        let key = behaviours.withLock { behaviours in
            behaviours[behaviours.count] = behaviour
            return behaviours.count - 1
        }
        let directories = HostDirectories(
            plugin: fixture.directory, cache: try fixture.makeDirectory("cache"), work: try fixture.makeDirectory("work"))
        return try await InProcessInstance.make(
            library, configuration: ["behaviour": .integer(Int64(key))], directories: directories, logger: quietLogger)
    }
}

private final class Box: Sendable {
    let behaviour: TablePlugin.Behaviour
    init(_ behaviour: TablePlugin.Behaviour) { self.behaviour = behaviour }

    static func of(_ instance: OpaquePointer?) -> TablePlugin.Behaviour {
        Unmanaged<Box>.fromOpaque(UnsafeRawPointer(instance!)).takeUnretainedValue().behaviour
    }
}

private let behaviours = Mutex<[Int: TablePlugin.Behaviour]>([:])
/// The address of the action table of a plugin at an address.
private let tables = Mutex<[UInt: UInt]>([:])

/// What the entry point answers next; a C function has no room of its own.
private final class Answer: @unchecked Sendable {
    // Safe to share: everything is used between lock() and unlock().
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    var status: UInt32 = 0
    var minor: UInt32 = 0
    var refusal = berth_str()
    var plugin: UnsafePointer<berth_plugin>?

    init() { pthread_mutex_init(mutex, nil) }
    func lock() { pthread_mutex_lock(mutex) }
    func unlock() { pthread_mutex_unlock(mutex) }
}

private let answer = Answer()

/// A text that is never freed, as a plugin's constants are.
func forever(_ text: String) -> berth_str {
    var text = text
    return text.withUTF8 { utf8 in
        let copy = UnsafeMutablePointer<CChar>.allocate(capacity: utf8.count + 1)
        for (index, byte) in utf8.enumerated() { copy[index] = CChar(bitPattern: byte) }
        return berth_str(ptr: copy, len: UInt64(utf8.count))
    }
}

/// Calls of a job as a plugin makes them, in short.
extension UnsafePointer<berth_job> {
    func log(_ message: String) {
        var record = berth_log_record()
        record.size = UInt32(MemoryLayout<berth_log_record>.size)
        record.message = forever(message)
        pointee.log(self, &record)
    }

    func diagnose(_ summary: String) {
        var diagnostic = berth_diagnostic()
        diagnostic.size = UInt32(MemoryLayout<berth_diagnostic>.size)
        diagnostic.severity = UInt32(BERTH_ERROR)
        diagnostic.summary = forever(summary)
        pointee.diagnose(self, &diagnostic)
    }

    func checkpoint(_ text: String) -> UInt32 {
        let bytes = forever(text)
        return pointee.checkpoint(
            self,
            berth_bytes(ptr: UnsafeRawPointer(bytes.ptr!).assumingMemoryBound(to: UInt8.self), len: bytes.len))
    }

    func add(_ address: String, _ change: (inout berth_resource) -> Void = { _ in }) -> UInt32 {
        var resource = berth_resource()
        resource.size = UInt32(MemoryLayout<berth_resource>.size)
        resource.address = forever(address)
        resource.type = forever("thing")
        change(&resource)
        return pointee.add_resource(self, &resource)
    }
}
