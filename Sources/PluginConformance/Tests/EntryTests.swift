import PluginABI
import PluginLoading

extension ConformanceSuite {
    static let entryTests: [ConformanceTest] = [
        ConformanceTest(
            "entry-negotiates", "The handshake settles on a minor version that was offered.", requirements: ["P-008"],
            after: ["library-symbol", "manifest-hash"]
        ) { session in
            let manifest = try session.manifest()
            for newest in [UInt32(BERTH_ABI_MINOR), 1000] {
                let (status, hello, plugin) = try shake(session, 0, newest)
                let offer = "berth_plugin_v1, offered minor 0 to \(newest),"
                try expect(status == 0, "\(offer) answered \(PluginStatus(wire: status)), ok was expected\(refusal(hello))")
                try expect(hello.minor_max <= newest, "\(offer) chose \(hello.minor_max)")
                try expect(
                    (manifest.abiMinorMin...manifest.abiMinorMax).contains(hello.minor_max),
                    "\(offer) chose \(hello.minor_max), the manifest says \(manifest.abiMinorMin) to \(manifest.abiMinorMax)")
                _ = try readStruct(plugin, "*out after berth_plugin_v1") { $0.size }
            }
            return nil
        },
        ConformanceTest(
            "entry-repeatable", "The entry point gives the same plugin each time.", requirements: ["P-009"], after: ["entry-negotiates"]
        ) { session in
            let first = try shake(session, 0, UInt32(BERTH_ABI_MINOR))
            let entry = try session.entry()
            let expected = Answer(first.status, first.hello.minor_max, first.plugin)
            for call in 2...20 {
                // Every other call comes from another thread.
                let again =
                    call % 2 == 0 ? try JobRun.call("berth_plugin_v1", seconds: 5) { Answer(calling: entry) } : Answer(calling: entry)
                try expect(again.status == 0, "call \(call) of berth_plugin_v1 answered \(PluginStatus(wire: again.status)), the first ok")
                try expect(again.plugin == expected.plugin, "call \(call) of berth_plugin_v1 gave another plugin than the first")
                try expect(
                    again.minor == expected.minor, "call \(call) of berth_plugin_v1 chose minor \(again.minor), the first \(expected.minor)"
                )
                _ = try shake(session, 1000, 1001)
            }
            return nil
        },
        ConformanceTest(
            "entry-refuses-future", "A host that is too new is refused with a reason.", requirements: ["P-010"], after: ["entry-negotiates"]
        ) { session in
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
            requirements: ["P-011"], after: ["entry-negotiates"]
        ) { session in
            try checkLongHello(session)
            try checkLongHost(session)
            return nil
        },
    ]

    /// What the entry point answered.
    private struct Answer: Sendable {
        var status: UInt32
        var minor: UInt32
        /// As a number: pointers do not go from thread to thread.
        var plugin: UInt

        init(_ status: UInt32, _ minor: UInt32, _ plugin: UnsafePointer<berth_plugin>?) {
            self.status = status
            self.minor = minor
            self.plugin = UInt(bitPattern: plugin)
        }

        init(calling entry: PluginLibrary.Entry) {
            var hello = berth_hello()
            hello.size = UInt32(MemoryLayout<berth_hello>.size)
            hello.minor_max = UInt32(BERTH_ABI_MINOR)
            var plugin: UnsafePointer<berth_plugin>?
            let status = entry(&hello, &plugin)
            self.init(status, hello.minor_max, plugin)
        }
    }

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

    /// How much longer the structs of the newer host are.
    private static let tail = 64

    private static func checkLongHello(_ session: ConformanceSession) throws {
        let entry = try session.entry()
        let known = MemoryLayout<berth_hello>.size
        let arena = Arena()
        let hello = arena.longer(berth_hello(), by: tail)
        hello.pointee.size = UInt32(known + tail)
        hello.pointee.minor_max = UInt32(BERTH_ABI_MINOR)
        var plugin: UnsafePointer<berth_plugin>?
        session.progress("berth_plugin_v1")
        let status = entry(hello, &plugin)
        try expect(
            status == 0,
            "berth_plugin_v1, given a hello of \(known + tail) bytes, answered \(PluginStatus(wire: status)), ok was expected"
                + refusal(hello.pointee))
        try expect(arena.isIntact(hello, tail), "berth_plugin_v1 wrote past the \(known) bytes of a hello that it knows")
        withExtendedLifetime(arena) {}
    }

    private static func checkLongHost(_ session: ConformanceSession) throws {
        let plugin = try readStruct(try shake(session, 0, UInt32(BERTH_ABI_MINOR)).plugin, "*out after berth_plugin_v1") { $0.size }
        guard plugin.create != nil, plugin.destroy_instance != nil else { return }  // descriptor-valid says so
        func create(extra: Int) throws -> RawCreation {
            let directory = session.temporary + "/data/long\(extra)"
            let made = try session.rawCreate(plugin, session.sample().resolved(temporary: directory).configuration, directory, extra: extra)
            try made.destroy(plugin, patience: session.patience)
            return made
        }
        // A plugin that takes no sample configuration at all is reported by instance-lifecycle.
        guard try create(extra: 0).status == 0 else { return }
        let longer = try create(extra: tail)
        let given = "create, given a host and a job that are \(tail) bytes longer than those of 1.0,"
        try expect(
            longer.status == 0,
            "\(given) answered \(longer.answer), ok was expected" + (longer.words.first.map { "; it says: \($0.summary)" } ?? ""))
        try expect(longer.isIntact, "\(given) wrote past the end that it knows")
    }
}
