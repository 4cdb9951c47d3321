import Foundation
import JSON
import PluginLoading
import TestSupport
import Testing

@Suite struct PluginCommandTests {
    @Test("list shows every plugin that comes with Berth, and the broken ones with their reason")
    func list() async throws {
        let names = try await Berth.json("plugin", "list", "--output", "json").arrayValue?.compactMap { $0["name"]?.stringValue } ?? []
        #expect(Set(["localhost", "scratch", "sim"]).isSubset(of: names))
        try await withTemporaryDirectory { directory in
            try replaceFile(directory + "/broken.plugin.json", with: Array("{".utf8))
            let result = try await Berth.run("plugin", "list", environment: ["BERTH_PLUGIN_PATH": directory])
            #expect(result.output.contains("broken"))
            #expect(result.output.contains(directory + "/broken.plugin.json"))
        }
    }

    @Test("info loads the plugin and shows its actions and its configuration")
    func info() async throws {
        _ = try Package.plugin("sim")
        let info = try await Berth.json("plugin", "info", "sim", "--output", "json")
        #expect(info["id"]?.stringValue == "dev.berth.sim")
        #expect(info["configuration_schema"]?["required"]?.arrayValue == ["backend"])
        #expect(info["actions"]?.arrayValue?.compactMap { $0["id"]?.stringValue } == ["resize", "count"])
        let text = try await Berth.run("plugin", "info", Package.plugins + "/sim/sim.so").output
        #expect(text.contains("resize"))
        #expect(text.contains("backend") && text.contains("required"))
    }

    @Test("a workspace on this machine is planned, applied, stopped, started and destroyed, and leaves nothing")
    func localhost() async throws {
        try await withTemporaryDirectory { directory in
            let root = directory + "/root"
            try makeDirectory(root)
            let common = ["--workspace", directory + "/dev", "--set", "root=\(root)"]
            let template = ["--template", Package.plugins + "/localhost/example"]
            func berth(_ words: [String]) async throws -> RunResult {
                _ = try Package.plugin("localhost")
                return try await TestSupport.run(Package.products + "/berth", ["plugin", "run", "localhost"] + words + common)
            }
            #expect(try await berth(["plan"] + template).output.contains("2 to create"))
            #expect(!FileManager.default.fileExists(atPath: root + "/dev"))
            #expect(try await berth(["apply"] + template).status == 0)
            #expect(FileManager.default.fileExists(atPath: root + "/dev/README.md"))
            #expect(try await berth(["plan"] + template).output.contains("2 unchanged"))
            #expect(try await berth(["apply", "--transition", "stop"] + template).status == 0)
            #expect(try await !berth(["read"]).output.contains("localhost_process"))
            #expect(FileManager.default.fileExists(atPath: root + "/dev/README.md"))
            #expect(try await berth(["apply"] + template).status == 0)
            let svg = try await berth(["read", "--output", "svg"])
            #expect(svg.output.contains("<svg"))
            #expect(try await berth(["destroy"]).status == 0)
            #expect(try FileManager.default.contentsOfDirectory(atPath: root) == [])
        }
    }

    @Test("call checks arguments against the declaration before anything is called, and prints what comes back")
    func call() async throws {
        try await withTemporaryDirectory { directory in
            let common = ["--workspace", directory + "/ws", "--set", "backend=\(directory)/world.json"]
            func call(_ words: String...) async throws -> RunResult {
                _ = try Package.plugin("sim")
                return try await TestSupport.run(Package.products + "/berth", ["plugin", "call", "sim"] + words + common)
            }
            #expect(try await call("count").output.contains("count: 0"))
            #expect(try await call("count", "prefix").output.contains("\"prefix\" is not of the form name=value"))
            #expect(try await call("resize", "size=0", "--resource", "sim_disk.home").output.contains("must be at least 1, is 0"))
            #expect(try await call("resize", "size=ten", "--resource", "sim_disk.home").output.contains("not a value of type u64"))
            #expect(try await call("resize", "size=5").output.contains("add --resource ADDRESS"))
            let missing = try await call("resize", "size=5", "--resource", "sim_disk.home")
            #expect(missing.output.contains("the workspace has no sim_disk.home"))
            #expect(missing.status != 0)
            #expect(try await call("nothing").output.contains("it has resize, count"))
        }
    }

    @Test("a plugin that cannot be found or configured gets a sentence that says what to do")
    func errors() async throws {
        #expect(try await Berth.run("plugin", "info", "nope").output.contains("no plugin \"nope\""))
        #expect(try await Berth.run("plugin", "info", "/nowhere/x.so").output.contains("there is no file /nowhere/x.so"))
        #expect(try await Berth.run("plugin", "run", "sim", "plan").output.contains("add --template DIRECTORY"))
        #expect(try await Berth.run("plugin", "run", "sim", "dance").output.contains("there is no operation \"dance\""))
        try await withTemporaryDirectory { directory in
            let unset = try await Berth.run("plugin", "run", "sim", "read", "--workspace", directory + "/ws")
            #expect(unset.output.contains("backend"))
            #expect(unset.status != 0)
        }
    }

    @Test("Control-C cancels the job, and what it made until then is on record")
    func interrupted() async throws {
        try await Fixture.with { fixture in
            let manifest = try Package.plugin("sim")
            let world = fixture.directory + "/world.json"
            let process = Process()
            process.executableURL = URL(fileURLWithPath: Package.products + "/berth")
            process.arguments = [
                "plugin", "run", "sim", "apply", "--template", manifest.directory + "/example", "--workspace", fixture.directory + "/ws",
                "--set", "backend=\(world)", "--set", "latency_ms=3000", "--set", "seed=3000",
            ]
            let pipe = Pipe()
            process.standardOutput = FileHandle.nullDevice
            process.standardError = pipe
            try process.run()
            try await eventually("the first object") { FileManager.default.fileExists(atPath: world) }
            process.interrupt()
            let words = try await offPool { String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self) }
            process.waitUntilExit()
            #expect(words.contains("apply cancelled"), "\(words)")
            #expect(process.terminationStatus != 0)
            let destroy = try await Berth.run(
                "plugin", "run", "sim", "destroy", "--workspace", fixture.directory + "/ws", "--set", "backend=\(world)")
            #expect(destroy.status == 0)
            let left = try JSONValue(parsing: String(contentsOfFile: world, encoding: .utf8))
            #expect(left["objects"]?.objectValue?.isEmpty == true)
        }
    }
}

/// Calls `body` with a directory that is gone afterwards.
func withTemporaryDirectory(_ body: (String) async throws -> Void) async throws {
    let path = NSTemporaryDirectory() + "berth-cli-" + UUID().uuidString.prefix(8)
    try makeDirectory(path)
    defer { removeTree(path) }
    try await body(path)
}
