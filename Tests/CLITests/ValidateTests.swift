import JSON
import PluginLoading
import TestSupport
import Testing

/// `berth plugin validate` on the plugins of this repository.
@Suite struct ValidateTests {
    @Test(
        "every plugin that comes with Berth passes every conformance test, and none is skipped", arguments: ["localhost", "scratch", "sim"])
    func valid(_ name: String) async throws {
        let result = try await Berth.run("plugin", "validate", name)
        #expect(result.status == 0, "\(result.output)")
        #expect(result.output.contains("50 passed\n"), "\(result.output)")
    }

    @Test("the report as JSON names every test with its result, requirement and time")
    func json() async throws {
        _ = try Package.plugin("sim")
        let report = try await Berth.json("plugin", "validate", "sim", "--json", "--only", "plan-pure", "--seed", "7")
        let results = report["results"]?.arrayValue ?? []
        #expect(results.contains { $0["id"]?.stringValue == "plan-pure" && $0["result"]?.stringValue == "passed" })
        #expect(results.allSatisfy { $0["result"]?.stringValue == "passed" })
        #expect(results.count < 50)
    }

    @Test("a wrong plugin fails, the exit status says so, and the failure says what was expected")
    func wrong() async throws {
        let manifest = try Package.testPlugin("bad-plan-converges")
        let result = try await Berth.run("plugin", "validate", manifest.path, "--only", "plan-converges")
        #expect(result.status == 1)
        #expect(result.output.contains("failed") && result.output.contains("plan-converges"))
        let unknown = try await Berth.run("plugin", "validate", manifest.path, "--only", "no-such-test")
        #expect(unknown.output.contains("there is no test \"no-such-test\""))
    }
}
