import Foundation
import JSON
import PluginLoading
import TestSupport
import Testing

@Suite struct CatalogTests {
    @Test("a search opens no library: it reads manifests in order, and says which are shadowed or broken", .timeLimit(.minutes(1)))
    func order() async throws {
        try await Fixture.with { fixture in
            // None of the libraries exists; whoever opens one finds out.
            let first = [
                try put(fixture, "one/b.plugin.json", id: "org.example.b", name: "b"),
                try put(fixture, "one/nested/c.plugin.json", id: "org.example.c", name: "c"),
            ]
            let second = [
                try put(fixture, "two/a.plugin.json", id: "org.example.a", name: "a"),
                try put(fixture, "two/b.plugin.json", id: "org.example.b", name: "b"),
                try put(fixture, "two/d.plugin.json", id: "org.example.d", name: "c"),
            ]
            let broken = try fixture.write("two/z.plugin.json", "{")
            try #require(mkfifo(fixture.directory + "/two/y.plugin.json", 0o600) == 0)
            _ = try fixture.write("two/readme.json", "{}")
            _ = try fixture.write("two/deep/deeper/e.plugin.json", "{}")
            _ = try put(fixture, "two/.hidden.plugin.json", id: "org.example.h", name: "h")
            let path = [fixture.directory + "/none", fixture.directory + "/one", fixture.directory + "/two"]
            let catalog = PluginCatalog(searchPath: path)

            #expect(catalog.entries.map(\.path) == first + second + [fixture.directory + "/two/y.plugin.json", broken])
            #expect(catalog.entries.map(\.shadowedBy) == [nil, nil, nil, first[0], first[1], nil, nil])
            #expect(try catalog.plugin(named: "b").path == first[0])
            #expect(try catalog.plugin(named: "org.example.a").path == second[0])

            let missing = #expect(throws: PluginError.self) { try catalog.plugin(named: "nope") }
            #expect(missing?.code == .notFound)
            #expect(missing?.description.contains("\"nope\"") == true)
            #expect(missing?.description.contains("there are a, b, c") == true, "\(missing?.description ?? "")")
            #expect(missing?.description.contains(path.joined(separator: ":")) == true)
            // What is shadowed is not there.
            #expect(throws: PluginError.self) { try catalog.plugin(named: "org.example.d") }
            // Whoever asks for a broken one is told what is wrong with it.
            let fault = #expect(throws: PluginError.self) { try catalog.plugin(named: "z") }
            #expect(fault?.code == .manifest)
            #expect(fault?.description.contains(broken) == true)
        }
    }

    @Test("the search path is what was configured, then BERTH_PLUGIN_PATH, then what was installed, each once")
    func defaultPath() throws {
        // Only this test looks at the variable.
        setenv("BERTH_PLUGIN_PATH", "/first::/second:/configured", 1)
        defer { unsetenv("BERTH_PLUGIN_PATH") }
        let path = PluginCatalog.defaultSearchPath(configured: ["/configured"])
        #expect(path.prefix(3) == ["/configured", "/first", "/second"])
        #expect(path.dropFirst(3).contains { $0.hasSuffix("/lib/berth/plugins") })
        #expect(Set(path).count == path.count)
    }

    private func put(_ fixture: Fixture, _ file: String, id: String, name: String) throws -> String {
        var json = ManifestTests.sample
        json["id"] = .string(id)
        json["name"] = .string(name)
        return try fixture.write(file, json.serialized())
    }
}
