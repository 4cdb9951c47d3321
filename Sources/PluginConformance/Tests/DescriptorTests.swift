import JSON
import PluginABI
import PluginLoading

extension ConformanceSuite {
    static let descriptorTests: [ConformanceTest] = [
        ConformanceTest(
            "descriptor-valid", "The descriptor is complete and agrees with the table of functions.", requirements: ["P-012"],
            after: ["entry-negotiates"]
        ) { session in
            do { _ = try session.library() } catch let error as PluginError { throw ConformanceStop.failed(error.message) }
            return nil
        },
        ConformanceTest(
            "descriptor-matches-manifest", "The library is what its manifest says.", requirements: ["P-013"], after: ["descriptor-valid"]
        ) { session in
            let library = try session.library()
            do { try library.descriptor.check(against: session.manifest()) } catch let error as PluginError {
                throw ConformanceStop.failed(error.message)
            }
            return nil
        },
        ConformanceTest(
            "descriptor-schema", "The configuration's schema describes an object in the supported subset.",
            requirements: ["P-014"], after: ["descriptor-valid"]
        ) { session in
            let text = try session.library().descriptor.configurationSchema
            let schema: JSONValue
            do {
                schema = try JSONValue(parsing: text)
                let issues = try JSONSchema(schema).validate(session.sample().resolved(temporary: session.temporary).configuration)
                if let issue = issues.first { throw ConformanceStop.failed("the sample configuration does not conform to it: \(issue)") }
            } catch let stop as ConformanceStop {
                throw stop
            } catch { throw ConformanceStop.failed("descriptor.config_schema_json: \(error)") }
            try expect(
                schema["type"]?.stringValue == "object", "descriptor.config_schema_json must have \"type\": \"object\" at its root")
            return nil
        },
        ConformanceTest(
            "extension-unknown", "An extension that the plugin does not have is answered with NULL.", requirements: ["P-015"],
            after: ["descriptor-valid"]
        ) { session in
            let entry = try session.entry()
            var hello = berth_hello()
            hello.size = UInt32(MemoryLayout<berth_hello>.size)
            hello.minor_max = UInt32(BERTH_ABI_MINOR)
            var pointer: UnsafePointer<berth_plugin>?
            _ = entry(&hello, &pointer)
            let plugin = try readStruct(pointer, "berth_plugin") { $0.size }
            guard let get = plugin.get_extension else { return "it has no get_extension" }
            let long = String(repeating: "x", count: 4096)
            let unknown = [
                "org.example.nothing/1", "", "berth", "berth.actions", "berth.actions/", "berth.actions/999999", "berth.actions/1 ",
                "berth.inventory/999999", "berth.inventory/10", "BERTH.ACTIONS/1", long,
            ]
            let arena = Arena()
            session.progress("get_extension")
            for id in unknown {
                try expect(
                    get(pointer, arena.text(id)) == nil,
                    "get_extension(\"\(id.prefix(40))\") answered with a table, NULL was expected")
            }
            try expect(get(pointer, berth_str()) == nil, "get_extension of an absent id answered with a table, NULL was expected")
            withExtendedLifetime(arena) {}
            return nil
        },
    ]
}
