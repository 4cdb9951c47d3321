public import PluginABI
import JSON
import Synchronization

/// What a host hands an entry point: see ``Plugin``.
public typealias Handshake = UnsafeMutablePointer<berth_hello>?
/// Where an entry point puts the plugin: see ``Plugin``.
public typealias PluginSlot = UnsafeMutablePointer<UnsafePointer<berth_plugin>?>?

/// Answers a host's handshake with the one plugin of this library.
///
/// - Returns: `berth_status`.
public func export<P: Plugin>(_ type: P.Type, _ hello: Handshake, _ slot: PluginSlot) -> UInt32 {
    guard let hello, let slot, hello.pointee.size >= MemoryLayout<berth_hello>.size else { return UInt32(BERTH_INVALID_ARGUMENT) }
    // This library is built against minor 0, which every host of this major speaks unless it has dropped it.
    guard hello.pointee.minor_min == 0 else {
        hello.pointee.refusal = refusal
        return UInt32(BERTH_UNSUPPORTED)
    }
    hello.pointee.minor_max = 0
    slot.pointee = exported.withLock { exported in
        if let exported {
            precondition(exported.type == type, "a library exports one plugin type")
            return exported.table.pointer
        }
        let table = PluginTable(type)
        exported = (type, table)
        return table.pointer
    }
    return UInt32(BERTH_OK)
}

private let exported = Mutex<(type: any Plugin.Type, table: PluginTable)?>(nil)

private nonisolated(unsafe) let refusal = berth_str.permanent("this plugin speaks minor 0 of ABI 1 and the host does not")  // never written

/// The tables a host reads. They are made once and stay for ever.
struct PluginTable: @unchecked Sendable {
    // Safe to share: written in init only.
    let pointer: UnsafePointer<berth_plugin>

    init<P: Plugin>(_ type: P.Type) {
        let info = P.info
        func has(_ capability: PluginInfo.Capability) -> Bool { info.capabilities.contains(capability) }
        let bits: [(capability: PluginInfo.Capability, bit: UInt32)] = [
            (.parse, UInt32(BERTH_CAP_PARSE)), (.plan, UInt32(BERTH_CAP_PLAN)), (.apply, UInt32(BERTH_CAP_APPLY)),
            (.destroy, UInt32(BERTH_CAP_DESTROY)), (.read, UInt32(BERTH_CAP_READ)), (.recover, UInt32(BERTH_CAP_RECOVER)),
        ]
        var descriptor = berth_descriptor()
        descriptor.size = UInt32(MemoryLayout<berth_descriptor>.size)
        descriptor.capabilities = bits.reduce(0) { has($1.capability) ? $0 | $1.bit : $0 }
        descriptor.id = .permanent(info.id)
        descriptor.name = .permanent(info.name)
        descriptor.version = .permanent(info.version)
        if !info.summary.isEmpty { descriptor.description = .permanent(info.summary) }
        descriptor.config_schema_json = .permanent(info.configurationSchema.serialized())
        descriptor.state_version = info.stateVersion
        descriptor.state_version_min = info.stateVersionMin
        descriptor.max_concurrent_jobs = info.maxConcurrentJobs

        var table = berth_plugin()
        table.size = UInt32(MemoryLayout<berth_plugin>.size)
        table.descriptor = UnsafePointer(Self.permanent(descriptor))
        table.create = { host, job, configuration, slot in Instance.create(host, job, configuration, slot) }
        table.destroy_instance = { instance in Instance.release(instance) }
        if has(.parse) { table.parse = { Instance.run($0, $1, $2) { try await $0.parse($1, job: $2) } } }
        if has(.plan) { table.plan = { Instance.run($0, $1, $2) { try await $0.plan($1, job: $2) } } }
        if has(.apply) { table.apply = { Instance.run($0, $1, $2) { try await $0.apply($1, job: $2) } } }
        if has(.destroy) { table.destroy = { Instance.run($0, $1, $2) { try await $0.destroy($1, job: $2) } } }
        if has(.read) { table.read = { Instance.run($0, $1, $2) { try await $0.read($1, job: $2) } } }
        if has(.recover) { table.recover = { Instance.run($0, $1, $2) { try await $0.recover($1, job: $2) } } }
        table.interrupt = { instance, job in Instance.of(instance)?.interrupt(job) }
        table.get_extension = { _, id in extensions.withLock { $0[id.string ?? ""] }.map { UnsafeRawPointer($0.pointer) } }

        var found: [String: ExtensionTable] = [:]
        if has(.inventory) {
            var inventory = berth_inventory()
            inventory.size = UInt32(MemoryLayout<berth_inventory>.size)
            inventory.list = { Instance.run($0, $1, $2) { try await $0.inventory($1, job: $2) } }
            found[BERTH_EXT_INVENTORY] = ExtensionTable(Self.permanent(inventory))
        }
        let actions = P.actions
        if !actions.isEmpty { found[BERTH_EXT_ACTIONS] = ExtensionTable(Self.permanent(ActionTable.make(actions))) }
        extensions.withLock { $0 = found }
        newInstance.withLock { $0 = { try P(configuration: $0, host: $1) } }
        pointer = UnsafePointer(Self.permanent(table))
    }

    /// A value that stays for ever.
    static func permanent<T>(_ value: T) -> UnsafeMutablePointer<T> {
        let copy = UnsafeMutablePointer<T>.allocate(capacity: 1)
        copy.initialize(to: value)
        return copy
    }
}

private struct ExtensionTable: @unchecked Sendable {
    // Safe to share: what it points at is never written again.
    let pointer: UnsafeMutableRawPointer
    init(_ pointer: UnsafeMutableRawPointer) { self.pointer = pointer }
}

private let extensions = Mutex<[String: ExtensionTable]>([:])

/// Makes an instance of the exported type; C functions cannot carry the type themselves.
let newInstance = Mutex<(@Sendable (JSONValue, HostInfo) throws -> any Plugin)?>(nil)
