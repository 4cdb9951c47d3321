import Foundation
import PluginLoading
import TestSupport
import Testing

/// A plugin made by `berth plugin new` builds with one command and passes the conformance tests.
@Suite struct ScaffoldTests {
    @Test("a new plugin builds and is valid", arguments: ["c", "rust", "swift"])
    func new(_ language: String) async throws {
        try await withTemporaryDirectory { directory in
            let made = try await Berth.run("plugin", "new", "--language", language, "my-backend", directory: directory)
            #expect(made.status == 0, "\(made.output)")
            let plugin = directory + "/my-backend"
            let built = try await TestSupport.run("/bin/sh", ["-c", "./build.sh"], directory: plugin)
            #expect(built.status == 0, "\(built.output.suffix(4000))")
            let valid = try await Berth.run("plugin", "validate", plugin + "/my-backend.plugin.json")
            #expect(valid.status == 0, "\(valid.output)")
            #expect(valid.output.contains(" passed"))
        }
    }

    @Test("a name that is none is refused before anything is written", arguments: ["My", "a b", "-x", "9lives", "../up"])
    func refused(_ name: String) async throws {
        try await withTemporaryDirectory { directory in
            let result = try await Berth.run("plugin", "new", "--language", "c", "--", name, directory: directory)
            #expect(result.status != 0)
            #expect(result.output.contains("is no plugin name"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == [])
        }
    }

    @Test("a directory that exists is left alone")
    func exists() async throws {
        try await withTemporaryDirectory { directory in
            try makeDirectory(directory + "/mine")
            let result = try await Berth.run("plugin", "new", "--language", "c", "mine", directory: directory)
            #expect(result.output.contains("name a directory that does not exist"))
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory + "/mine") == [])
        }
    }
}
