import JSON
@preconcurrency import PluginABI
import PluginLoading

extension ConformanceSuite {
    static let entryTests: [ConformanceTest] = [
        ConformanceTest(
            "entry-negotiates", "The handshake settles on a minor version that was offered.", after: ["library-symbol", "manifest-hash"]
        ) { session in
            for newest in [UInt32(BERTH_ABI_MINOR), UInt32(BERTH_ABI_MINOR) + 7] {
                let (status, hello, plugin) = try shake(session, 0, newest)
                try expect(
                    status == 0,
                    "berth_plugin_v1, offered minor 0 to \(newest), answered \(PluginStatus(wire: status)), ok was expected\(refusal(hello))"
                )
                try expect(hello.minor_max <= newest, "berth_plugin_v1, offered minor 0 to \(newest), chose \(hello.minor_max)")
                _ = try readStruct(plugin, "*out after berth_plugin_v1") { $0.size }
            }
            return nil
        },
        ConformanceTest("entry-repeatable", "The entry point gives the same plugin each time.", after: ["entry-negotiates"]) { session in
            let first = try shake(session, 0, UInt32(BERTH_ABI_MINOR))
            for call in 2...5 {
                _ = try shake(session, 1000, 1001)
                let again = try shake(session, 0, UInt32(BERTH_ABI_MINOR))
                try expect(again.status == 0, "call \(call) of berth_plugin_v1 answered \(PluginStatus(wire: again.status)), the first ok")
                try expect(again.plugin == first.plugin, "call \(call) of berth_plugin_v1 gave another plugin than the first")
                try expect(
                    again.hello.minor_max == first.hello.minor_max,
                    "call \(call) of berth_plugin_v1 chose minor \(again.hello.minor_max), the first \(first.hello.minor_max)")
            }
            return nil
        },
        ConformanceTest("entry-refuses-future", "A host that is too new is refused with a reason.", after: ["entry-negotiates"]) {
            session in
            let (status, hello, _) = try shake(session, 1000, 1001)
            try expect(
                status == PluginStatus.unsupported.rawValue,
                "berth_plugin_v1, offered minor 1000 to 1001, answered \(PluginStatus(wire: status)), unsupported was expected")
            let text = try readText(hello.refusal, "hello.refusal", limit: 1000) ?? ""
            try expect(!text.isEmpty, "berth_plugin_v1 refused minor 1000 to 1001 and left hello.refusal empty")
            return nil
        },
        ConformanceTest(
            "entry-short-structs", "Longer structs of a newer host are taken, and what is not known in them is left alone.",
            after: ["entry-negotiates"]
        ) { session in
            try checkLongHello(session)
            try checkLongHost(session)
            return nil
        },
    ]

    private static func shake(
        _ session: ConformanceSession, _ oldest: UInt32, _ newest: UInt32
    ) throws -> (status: UInt32, hello: berth_hello, plugin: UnsafePointer<berth_plugin>?) {
        var hello = berth_hello()
        hello.size = UInt32(MemoryLayout<berth_hello>.size)
        hello.minor_min = oldest
        hello.minor_max = newest
        var plugin: UnsafePointer<berth_plugin>?
        let entry = try session.entry()
        session.progress("berth_plugin_v1")
        return (entry(&hello, &plugin), hello, plugin)
    }

    private static func refusal(_ hello: berth_hello) -> String {
        guard let text = try? readText(hello.refusal, "", limit: 1000) else { return "" }  // only for a message
        return "; it says: \(text)"
    }

    private static let tail = 64
    private static let pattern: UInt8 = 0xA5

    private static func checkLongHello(_ session: ConformanceSession) throws {
        let entry = try session.entry()
        let known = MemoryLayout<berth_hello>.size
        let arena = Arena()
        let bytes = arena.allocate(UInt8.self, count: known + tail)
        bytes.initialize(repeating: pattern, count: known + tail)
        let hello = UnsafeMutableRawPointer(bytes).bindMemory(to: berth_hello.self, capacity: 1)
        hello.initialize(to: berth_hello())
        hello.pointee.size = UInt32(known + tail)
        hello.pointee.minor_max = UInt32(BERTH_ABI_MINOR)
        var plugin: UnsafePointer<berth_plugin>?
        session.progress("berth_plugin_v1")
        let status = entry(hello, &plugin)
        try expect(
            status == 0,
            "berth_plugin_v1, given a hello of \(known + tail) bytes, answered \(PluginStatus(wire: status)), ok was expected\(refusal(hello.pointee))"
        )
        let last = UnsafeRawPointer(hello)
        try expect(
            (known..<known + tail).allSatisfy { last.load(fromByteOffset: $0, as: UInt8.self) == pattern },
            "berth_plugin_v1 wrote past the \(known) bytes of a hello that it knows")
        withExtendedLifetime(arena) {}
    }

    private static func checkLongHost(_ session: ConformanceSession) throws {
        let plugin = try readStruct(try shake(session, 0, UInt32(BERTH_ABI_MINOR)).plugin, "*out after berth_plugin_v1") { $0.size }
        guard plugin.create != nil, plugin.destroy_instance != nil else { return }  // descriptor-valid says so
        let usual = try create(session, plugin, extra: 0)
        // A plugin that takes no sample configuration at all is reported by instance-lifecycle.
        guard usual.status == 0 else { return }
        let longer = try create(session, plugin, extra: tail)
        try expect(
            longer.status == 0,
            "create, given a host and a job that are \(tail) bytes longer than those of 1.0, answered \(PluginStatus(wire: longer.status)), ok was expected"
                + (longer.words.map { "; it says: \($0)" } ?? ""))
        try expect(longer.isIntact, "create wrote past the end of the host or job that it knows")
    }

    private struct Created: Sendable {
        var status: UInt32
        var isIntact: Bool
        var words: String?
    }

    private static func create(_ session: ConformanceSession, _ plugin: berth_plugin, extra: Int) throws -> Created {
        let temporary = session.temporary + "/data/long\(extra)"
        for directory in [temporary, session.workDirectory] { try makeDirectory(directory) }
        let words = CreationSink()
        let configuration = session.sample().resolved(temporary: temporary).configuration.serialized()
        let bridge = JobBridge(
            id: .new(), operation: nil, stateVersion: 0, workDirectory: session.workDirectory, control: try JobControl(), sink: words)
        session.progress("create")
        return try JobRun.call("create", seconds: session.patience.untilCancelSeconds) {
            let arena = Arena()
            let host = arena.longer(host(temporary, arena), by: extra, pattern)
            host.pointee.size = UInt32(MemoryLayout<berth_host>.size + extra)
            var isIntact = true
            var made: OpaquePointer?
            let (status, _) = bridge.run { usual in
                let job = arena.longer(usual.pointee, by: extra, pattern)
                job.pointee.size = UInt32(MemoryLayout<berth_job>.size + extra)
                let status = plugin.create(UnsafePointer(host), UnsafePointer(job), arena.text(configuration), &made)
                isIntact = arena.isIntact(host, extra, pattern) && arena.isIntact(job, extra, pattern)
                return status
            }
            if status == 0, let made { plugin.destroy_instance(made) }
            withExtendedLifetime(arena) {}
            return Created(status: status, isIntact: isIntact, words: words.words.first?.summary)
        }
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
    fileprivate func longer<T>(_ value: T, by extra: Int, _ pattern: UInt8) -> UnsafeMutablePointer<T> {
        let bytes = UnsafeMutableRawPointer(allocate(UInt8.self, count: MemoryLayout<T>.size + extra))
        bytes.initializeMemory(as: UInt8.self, repeating: pattern, count: MemoryLayout<T>.size + extra)
        let pointer = bytes.bindMemory(to: T.self, capacity: 1)
        pointer.initialize(to: value)
        return pointer
    }

    fileprivate func isIntact<T>(_ pointer: UnsafeMutablePointer<T>, _ extra: Int, _ pattern: UInt8) -> Bool {
        let bytes = UnsafeRawPointer(pointer) + MemoryLayout<T>.size
        return (0..<extra).allSatisfy { bytes.load(fromByteOffset: $0, as: UInt8.self) == pattern }
    }
}
