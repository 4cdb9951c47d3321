import Foundation
import JSON
import PluginLoading
import TestSupport
import Testing

@Suite struct ManifestTests {
    static let sample: JSONValue = [
        "manifest_version": 1, "id": "org.example.docker", "name": "docker", "version": "1.2.0-rc.1+5",
        "abi": ["major": 1, "minor_min": 0, "minor_max": 0], "capabilities": ["plan", "apply"],
        "extensions": ["berth.actions/1"], "library": "docker.so", "arch": "x86_64",
        "sha256": .string(String(repeating: "0", count: 64)), "description": "Containers.", "vendor": "Example",
        "homepage": "https://example.org", "conformance": ["configuration": [:], "inputs": [:], "source": "example"],
    ]

    @Test("a complete manifest is read to the letter")
    func complete() throws {
        try withManifest(Self.sample.serialized()) { path in
            let manifest = try PluginManifest(path: path)
            #expect(manifest.id.rawValue == "org.example.docker")
            #expect(manifest.name == "docker")
            #expect(manifest.version == "1.2.0-rc.1+5")
            #expect([manifest.abiMajor, manifest.abiMinorMin, manifest.abiMinorMax] == [1, 0, 0])
            #expect(manifest.capabilities == ["plan", "apply"])
            #expect(manifest.extensions == ["berth.actions/1"])
            #expect(manifest.libraryPath == ExecutablePath.directory(of: path) + "/docker.so")
            #expect(manifest.conformance?["source"] == "example")
        }
    }

    /// A change to the sample, and what the error names. Values nil remove.
    struct Slip: Sendable, CustomTestStringConvertible {
        var member: String
        var value: JSONValue?
        var names: String

        init(_ member: String, _ value: JSONValue?, _ names: String) {
            self.member = member
            self.value = value
            self.names = names
        }

        var testDescription: String { "\(member): \(value?.serialized().prefix(60) ?? "missing")" }
    }

    static let required = ["manifest_version", "id", "name", "version", "abi", "capabilities", "library", "arch", "sha256"]
    static let slips: [Slip] =
        required.map { Slip($0, nil, "\"\($0)\"") }
        // Another type: everywhere a number is wrong, and where one is right, a text is.
        + required.filter { $0 != "manifest_version" }.map { Slip($0, 7, "\"\($0)\"") }
        + ["extensions", "description", "vendor", "homepage", "conformance", "$schema"].map { Slip($0, 7, "\"\($0)\"") }
        + [
            Slip("manifest_version", 2, "\"manifest_version\" must be 1"), Slip("manifest_version", "1", "\"manifest_version\" must be 1"),
            Slip("colour", "red", "unknown member \"colour\""),
            Slip("id", "docker", "\"docker\""), Slip("id", "Org.example", "\"Org.example\""), Slip("id", "org..x", "\"org..x\""),
            Slip("id", "org.-x", "\"org.-x\""), Slip("id", "", "\"id\""),
            Slip("id", .string("org." + String(repeating: "a.", count: 100) + "b"), "\"id\""),
            Slip("name", "Docker", "\"Docker\""), Slip("name", "../x", "\"../x\""), Slip("name", "-x", "\"-x\""),
            Slip("name", "", "\"name\""),
            Slip("name", .string(String(repeating: "n", count: 65)), "\"name\""),
            Slip("version", "1.0", "\"1.0\""), Slip("version", "01.0.0", "\"01.0.0\""), Slip("version", "1.0.0-", "\"1.0.0-\""),
            Slip("version", "v1.0.0", "\"v1.0.0\""), Slip("version", "1.0.0\n", "version"),
            Slip("abi", ["minor_min": 0, "minor_max": 0], "\"major\""), Slip("abi", ["major": 1, "minor_max": 0], "\"minor_min\""),
            Slip("abi", ["major": 1, "minor_min": 0], "\"minor_max\""),
            Slip("abi", ["major": 1, "minor_min": -1, "minor_max": 0], "minor_min"),
            Slip("abi", ["major": 1, "minor_min": 0, "minor_max": 4_294_967_296], "\"minor_max\""),
            Slip("abi", ["major": 1.5, "minor_min": 0, "minor_max": 0], "\"major\""),
            Slip("abi", ["major": 0, "minor_min": 0, "minor_max": 0], "\"major\""),
            Slip("abi", ["major": 1, "minor_min": 0, "minor_max": 0, "patch": 0], "\"patch\""),
            Slip("capabilities", ["plan", 1], "\"capabilities\""), Slip("capabilities", ["fly"], "\"fly\""),
            Slip("capabilities", ["plan", "plan"], "\"plan\""),
            Slip("extensions", ["berth.actions"], "\"berth.actions\""), Slip("extensions", ["berth.actions/0"], "\"berth.actions/0\""),
            Slip("extensions", ["berth.actions/1", "berth.actions/1"], "\"berth.actions/1\""),
            Slip("library", "../docker.so", "\"../docker.so\""), Slip("library", "/lib/libc.so.6", "\"/lib/libc.so.6\""),
            Slip("library", "..", "\"..\""), Slip("library", ".", "\".\""), Slip("library", "", "\"library\""),
            Slip("library", "a\u{0}b", "library"),
            Slip("library", .string(String(repeating: "l", count: 256)), "library"),
            Slip("arch", "pdp11", "\"pdp11\""),
            Slip("sha256", .string(String(repeating: "0", count: 63)), "\"sha256\""),
            Slip("sha256", .string(String(repeating: "A", count: 64)), "\"sha256\""),
            Slip("description", .string(String(repeating: "d", count: 501)), "\"description\""),
            Slip("vendor", .string(String(repeating: "v", count: 201)), "\"vendor\""),
            Slip("homepage", .string(String(repeating: "h", count: 1001)), "\"homepage\""),
            Slip("conformance", ["configuration": []], "\"configuration\""), Slip("conformance", ["inputs": 1], "\"inputs\""),
            Slip("conformance", ["source": ""], "\"source\""), Slip("conformance", ["extra": 1], "\"extra\""),
        ]

    @Test("a slip in a manifest is refused with file and member, as its schema refuses it", arguments: slips)
    func refuses(_ slip: Slip) throws {
        var json = Self.sample
        json[slip.member] = slip.value
        #expect(try !Self.schema().validate(json).isEmpty, "the schema and this table disagree")
        try withManifest(json.serialized()) { path in
            let error = #expect(throws: PluginError.self) { try PluginManifest(path: path) }
            #expect(error?.code == .manifest)
            let text = error?.description ?? ""
            #expect(text.contains(path) && text.contains(slip.names), "\"\(slip.names)\" is not in: \(text)")
        }
    }

    @Test("minor_min above minor_max is refused, though a schema cannot say so")
    func minorsInOrder() throws {
        var json = Self.sample
        json["abi"] = ["major": 1, "minor_min": 2, "minor_max": 1]
        try withManifest(json.serialized()) { path in
            let error = #expect(throws: PluginError.self) { try PluginManifest(path: path) }
            #expect(error?.description.contains("minor_min is greater than minor_max") == true)
        }
    }

    @Test(
        "what is no JSON document of reasonable size and depth is refused",
        arguments: [
            ("", "unexpected end at byte 0"), ("{", "unexpected end at byte 1"), ("null", "is not an object"), ("[]", "is not an object"),
            ("{\"id\":1,\"id\":1}", "duplicate name \"id\""),
            ("{\"id\":\"\\ud800\"}", "at byte"), (String(repeating: "[", count: 100_000), "deeper than 32 levels"),
            ("{\"id\":\"" + String(repeating: "x", count: 1 << 20) + "\"}", "more than 1048576 bytes"),
        ])
    func refusesDocuments(text: String, word: String) throws {
        try withManifest(text) { path in
            let error = #expect(throws: PluginError.self) { try PluginManifest(path: path) }
            #expect(error?.code == .manifest)
            let text = error?.description ?? ""
            #expect(text.contains(path) && text.contains(word), "\"\(word)\" is not in: \(text)")
        }
    }

    @Test("a manifest that is missing, a directory or a pipe is refused at once", .timeLimit(.minutes(1)))
    func refusesFiles() throws {
        try withManifest("{}") { path in
            let directory = ExecutablePath.directory(of: path)
            try #require(mkfifo(directory + "/pipe.plugin.json", 0o600) == 0)
            for (path, word) in [
                (directory + "/none.plugin.json", "No such file"), (directory, "not a regular file"),
                (directory + "/pipe.plugin.json", "not a regular file"),
            ] {
                let error = #expect(throws: PluginError.self) { try PluginManifest(path: path) }
                #expect(error?.code == .manifest)
                #expect(error?.description.contains(path) == true)
                #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
            }
        }
    }

    @Test("a manifest for another host is refused in words before its library is opened")
    func refusesHosts() throws {
        let cases: [(String, JSONValue, PluginError.Code, String)] = [
            ("abi", ["major": 2, "minor_min": 0, "minor_max": 0], .refused, "speaks ABI 2, this host speaks 1"),
            ("abi", ["major": 1, "minor_min": 7, "minor_max": 9], .refused, "needs ABI 1.7 or newer, this host speaks 1.0"),
            ("arch", ELFHeader.architecture == "x86_64" ? "aarch64" : "x86_64", .load, "this host is \(ELFHeader.architecture)"),
        ]
        for (member, value, code, words) in cases {
            var json = Self.sample
            json[member] = value
            try withManifest(json.serialized()) { path in
                let error = #expect(throws: PluginError.self) { try PluginManifest(path: path).checkUsable() }
                #expect(error?.code == code)
                #expect(error?.plugin?.rawValue == "org.example.docker")
                #expect(
                    error?.description.contains(words) == true && error?.description.contains(path) == true, "\(error?.description ?? "")")
            }
        }
    }

    private static func schema() throws -> JSONSchema {
        let bytes = try readFile(Package.root + "/Sources/PluginABI/Schemas/manifest.schema.json", limit: 1 << 20)
        return try JSONSchema(JSONValue(parsing: String(decoding: bytes, as: UTF8.self)))
    }

    private func withManifest(_ text: String, _ body: (String) throws -> Void) throws {
        let directory = NSTemporaryDirectory() + "berth-manifest-" + UUID().uuidString
        try makeDirectory(directory)
        defer { removeTree(directory) }
        let path = directory + "/docker.plugin.json"
        try replaceFile(path, with: Array(text.utf8))
        try body(path)
    }
}
