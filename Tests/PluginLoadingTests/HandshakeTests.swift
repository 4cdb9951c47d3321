import JSON
import PluginABI
import PluginLoading
import TestSupport
import Testing

@Suite struct HandshakeTests {
    @Test("a plugin that keeps the rules is taken with all it declares")
    func good() async throws {
        let library = try await PluginLibrary(image: LibraryImage(path: testPlugin("good").libraryPath))
        #expect(library.descriptor.id.rawValue == "dev.berth.test.good")
        #expect(library.descriptor.abiMinor == 0)
        #expect(library.descriptor.hasInventory)
        #expect(library.descriptor.actions.map(\.signature) == ["repeat(str,u64)", "count()", "touch()"])
        #expect(library.descriptor.unusableActions.isEmpty)
        try await library.descriptor.check(against: testPlugin("good"))
    }

    @Test("a refusal is shown word for word, with what this host speaks")
    func refusal() {
        var table = TablePlugin()
        table.status = UInt32(BERTH_UNSUPPORTED)
        table.hello.refusal = forever("this plugin speaks ABI 1.7 and nothing older; get Berth 9 — “soon”")
        let error = #expect(throws: PluginError.self) { try table.load() }
        #expect(error?.code == .refused)
        #expect(
            error?.message
                == "refuses this host, which speaks ABI 1.0 to 1.0: this plugin speaks ABI 1.7 and nothing older; get Berth 9 — “soon”")
        table.hello.refusal = berth_str()
        let silent = #expect(throws: PluginError.self) { try table.load() }
        #expect(silent?.code == .refused)
        #expect(silent?.message.hasSuffix("it does not say why") == true)
    }

    /// A change that makes the correct plugin wrong, and what is said of it.
    struct Sin: Sendable, CustomTestStringConvertible {
        var words: String
        var change: @Sendable (inout TablePlugin) -> Void

        init(_ words: String, _ change: @escaping @Sendable (inout TablePlugin) -> Void) {
            self.words = words
            self.change = change
        }

        var testDescription: String { words }
    }

    static let sins = [
        Sin("chose ABI minor 1, but 0 to 0 were offered") { $0.hello.minor_max = 1 },
        Sin("berth_plugin is NULL") { $0.givesNothing = true },
        Sin("berth_plugin.size is 95, less than the 96 of ABI 1.0") { $0.plugin.size = 95 },
        Sin("berth_plugin.size is 0,") { $0.plugin.size = 0 },
        Sin("berth_descriptor.size is 135, less than the 136 of ABI 1.0") { $0.descriptor.size = 135 },
        Sin("descriptor.id is absent") { $0.descriptor.id = berth_str() },
        Sin("descriptor.id is NULL with length 9") { $0.descriptor.id = berth_str(ptr: nil, len: 9) },
        Sin("descriptor.id has 18446744073709551615 bytes, more than 200") { $0.descriptor.id.len = .max },
        Sin("descriptor.id is \"table\", not a reverse domain name") { $0.descriptor.id = forever("table") },
        Sin("descriptor.name is \"a b\"") { $0.descriptor.name = forever("a b") },
        Sin("descriptor.version is \"1\", not a semantic version") { $0.descriptor.version = forever("1") },
        Sin("descriptor.config_schema_json is absent") { $0.descriptor.config_schema_json = berth_str() },
        Sin("descriptor.state_version_min is 2, more than state_version 1") { $0.descriptor.state_version_min = 2 },
        Sin("claims read, but the function is NULL") { $0.descriptor.capabilities |= UInt32(BERTH_CAP_READ) },
        Sin("has plan, but its capability bit is unset") { $0.descriptor.capabilities = UInt32(BERTH_CAP_APPLY) },
        Sin("create or destroy_instance is NULL") { $0.plugin.create = nil },
        Sin("create or destroy_instance is NULL") { $0.plugin.destroy_instance = nil },
        Sin("berth_actions.size is 23, less than the 24 of ABI 1.0") {
            $0.actions = [berth_action()]
            $0.actionsSize = 23
        },
        Sin("berth_actions.actions has stride 104, an element of ABI 1.0 has 112") {
            $0.actions = [berth_action()]
            $0.actionStride = 104
        },
        Sin("berth_actions.actions has 201 elements, more than 200") { $0.actions = Array(repeating: berth_action(), count: 201) },
    ]

    @Test("a plugin that breaks the ABI is refused with the member and the value", arguments: sins)
    func refuses(_ sin: Sin) {
        var table = TablePlugin()
        sin.change(&table)
        let error = #expect(throws: PluginError.self) { try table.load() }
        #expect(error?.code == .protocolViolation)
        #expect(error?.message.contains(sin.words) == true, "\(error?.description ?? "")")
    }

    @Test("longer structs and unknown capability bits of a newer plugin are taken, and elements are stepped by stride")
    func newer() throws {
        var table = TablePlugin()
        table.plugin.size += 64
        table.descriptor.size += 64
        table.descriptor.capabilities |= 1 << 20
        table.actionStride += 64
        table.actionsSize += 64
        table.actions = ["one", "two", "three"].map { id in
            var action = berth_action()
            action.size = UInt32(MemoryLayout<berth_action>.size) + 64
            action.id = forever(id)
            action.title = forever(id)
            action.signature = forever(id + "()")
            action.entry = {}
            return action
        }
        let descriptor = try table.load().descriptor
        #expect(descriptor.actions.map(\.id) == ["one", "two", "three"])
        #expect(descriptor.capabilities.names == ["plan", "apply"])
    }

    @Test(
        "the wrong plugins of the kit that a host can see through are refused",
        arguments: [
            ("bad-entry-negotiates", "chose ABI minor 1"), ("bad-descriptor-valid--state", "state_version_min is 2"),
            ("bad-descriptor-valid--capability", "has read, but its capability bit is unset"),
        ])
    func badPlugins(name: String, words: String) async throws {
        let image = try await LibraryImage(path: testPlugin(name).libraryPath)
        let error = #expect(throws: PluginError.self) { try PluginLibrary(image: image) }
        #expect(error?.code == .protocolViolation)
        #expect(error?.message.contains(words) == true, "\(error?.description ?? "")")
    }

    @Test(
        "an action whose declaration is unsound is not offered, and the others are",
        arguments: [
            ("bad-actions-declared--signature", "signature is \"repeat(str,i64)\", but id and params spell \"repeat(str,u64)\""),
            ("bad-actions-declared--type", "parameter \"times\" has unknown type 4711"),
            ("bad-actions-declared--default", "parameter \"times\""),
        ])
    func unsoundActions(name: String, words: String) async throws {
        let library = try await PluginLibrary(image: LibraryImage(path: testPlugin(name).libraryPath))
        #expect(library.descriptor.actions.map(\.id) == ["count", "touch"])
        #expect(library.descriptor.unusableActions.count == 1)
        #expect(library.descriptor.unusableActions.first?.contains(words) == true, "\(library.descriptor.unusableActions)")
        let error = #expect(throws: PluginError.self) { _ = try library.function(for: .action(id: "repeat", arguments: [])) }
        #expect(error?.code == .unsupported)
        #expect(error?.message.contains("it has count, touch") == true)
    }

    @Test("a plugin that is not what its manifest says is refused with both values")
    func disagreement() async throws {
        let manifest = try await testPlugin("good")
        let descriptor = try PluginLibrary(image: LibraryImage(path: manifest.libraryPath)).descriptor
        let changes: [(String, String, String, @Sendable (inout PluginManifest) -> Void)] = [
            ("id", "dev.berth.test.good", "org.example.other", { $0.id = PluginID(rawValue: "org.example.other") }),
            ("name", "good", "better", { $0.name = "better" }), ("version", "1.0.0", "2.0.0", { $0.version = "2.0.0" }),
            ("capabilities", "apply,destroy,parse,plan,read,recover", "apply", { $0.capabilities = ["apply"] }),
            ("extensions", "berth.actions/1,berth.inventory/1", "berth.actions/1", { $0.extensions = ["berth.actions/1"] }),
        ]
        for (member, library, said, change) in changes {
            var manifest = manifest
            change(&manifest)
            let error = #expect(throws: PluginError.self) { try descriptor.check(against: manifest) }
            #expect(error?.code == .mismatch)
            #expect(
                error?.message == "the library's \(member) is \"\(library)\", its manifest \(manifest.path) says \"\(said)\"",
                "\(error?.message ?? "")")
        }
    }
}
