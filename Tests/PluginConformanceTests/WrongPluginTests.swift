import PluginConformance
import Testing

/// The kit judges rightly: every test can fail, and fails for its own reason only.
struct WrongPluginTests {
    @Test("the correct plugin passes every test")
    func good() async {
        let report = await Plugins.report(on: "good")
        for result in report.results { #expect(result.outcome == .passed, "\(result.id): \(result.message)\n\(result.output)") }
        #expect(report.results.map(\.id) == ConformanceSuite.all.map(\.id))
        #expect(report.exitCode == 0)
    }

    @Test("a wrong plugin fails exactly the test made for it", arguments: Plugins.wrong)
    func wrong(plugin: String) async {
        var options = Plugins.options
        options.placesMax = 12
        let report = await Plugins.report(on: plugin, options)
        let failures = report.results.filter(\.isFailure)
        #expect(failures.map(\.id) == [Plugins.test(for: plugin)], "\(report.table())")
        for result in report.results where !result.isFailure {
            if case .skipped(let reason) = result.outcome { #expect(reason.hasSuffix("did not pass"), "\(result.id): \(reason)") }
        }
        #expect(report.exitCode == 1)
    }

    @Test("every test has a wrong plugin made for it")
    func complete() {
        #expect(Set(Plugins.wrong.map(Plugins.test)) == Set(ConformanceSuite.all.map(\.id)))
    }

    @Test(
        "an operation that hangs is found within three seconds", arguments: ["bad-operations-return--hang", "bad-operations-return--loop"])
    func hang(plugin: String) async throws {
        let report = await Plugins.report(on: plugin)
        let result = try #require(report.results.first { $0.id == "operations-return" })
        #expect(result.isFailure)
        #expect(result.durationSeconds < 3)
        #expect(result.message.hasPrefix("plan did not return"), "\(result.message)")
    }

    @Test("a crash is reported with its signal and place")
    func crash() async throws {
        let report = await Plugins.report(on: "bad-operations-return--null")
        let result = try #require(report.results.first { $0.id == "operations-return" })
        guard case .crashed(let signal, let message) = result.outcome else {
            Issue.record("\(result.word): \(result.message)")
            return
        }
        #expect(signal == 11)
        #expect(message.hasSuffix("in plan"))
    }

    @Test("only the tests asked for are run, after those they build on")
    func only() async {
        var options = Plugins.options
        options.only = ["manifest-hash"]
        let report = await Plugins.report(on: "good", options)
        #expect(report.results.map(\.id) == ["library-architecture", "manifest-valid", "manifest-hash"])
    }

    @Test("a library without a manifest fails the test for manifests, and what needs one is skipped")
    func withoutManifest() async throws {
        let report = await ConformanceRunner(Plugins.options).run(libraryOrManifestPath: "/usr/lib/nowhere.so")
        #expect(report.results.filter(\.isFailure).map(\.id) == ["library-architecture", "manifest-valid"])
    }
}
