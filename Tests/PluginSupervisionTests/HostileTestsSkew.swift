import Foundation
import JSON
import PluginLoading
import PluginSupervision
import ResourceGraph
import TestSupport
import Testing

/// Hosts and plugins of different minors.
@Suite struct SkewTests {
    /// Whether the compiler that `Tests/Skew/run.sh` uses can link its sanitizers.
    static let hasSanitizers: Bool = {
        let script = """
            CC=${CC:-$(command -v clang || command -v cc)} && work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT &&
            echo 'int main(void) { return 0; }' >"$work/a.c" && "$CC" -fsanitize=address,undefined "$work/a.c" -o "$work/a" && "$work/a"
            """
        return (try? runBlocking("/bin/sh", ["-c", script]).status) == 0  // a shell that cannot be run has none
    }()

    @Test(
        "old and new hosts and plugins get on under sanitizers, and this host with a newer plugin",
        .enabled(if: hasSanitizers, "the C compiler's address and undefined-behaviour sanitizers are not installed"))
    func skew() async throws {
        try await Fixture.with { fixture in
            let directory = try fixture.makeDirectory("skew")
            let result = try await TestSupport.run(Package.root + "/Tests/Skew/run.sh", [directory])
            #expect(result.status == 0, "\(result.output)")
            for host in ["1.0", "1.1"] {
                for plugin in ["1.0", "1.1"] {
                    let minor = host == "1.1" && plugin == "1.1" ? 1 : 0
                    #expect(result.output.contains("skew host \(host) plugin \(plugin): ok (minor \(minor))"), "\(result.output)")
                }
            }

            let plugin = try await fixture.supervised(PluginManifest(path: directory + "/skew-1.1.plugin.json"), configuration: [:])
            #expect(plugin.descriptor.abiMinor == 0)
            let plan = try await run(plugin, JobRequest(.plan))
            #expect(plan.graph.resources.map(\.address) == ["room.a", "room.b", "room.c"])
            #expect(plan.graph.resources.map(\.change) == [.create, .create, .create])
            #expect(plan.graph.edges.count == 2)

            let apply = try await run(plugin, JobRequest(.apply))
            #expect(apply.graph.resources.map(\.remoteID) == ["room.a", "room.b", "room.c"])
            #expect(apply.graph.resources.map { $0.attributes["windows"] } == [2, 2, 2])
            #expect(apply.checkpoint.map { String(decoding: $0.state, as: UTF8.self) } == "111")

            // The declarations have longer parameters than this host knows.
            let echo = try #require(plugin.descriptor.actions.first)
            #expect(echo.signature == "echo(str,u64,f64)")
            let arguments = try echo.arguments(from: ["word": "hé", "times": .unsigned(.max), "factor": -2.5])
            let action = try await run(plugin, JobRequest(.action(id: "echo", arguments: arguments), checkpoint: apply.checkpoint))
            #expect(action.graph.outputs.map(\.name) == ["echo"])
            #expect(action.graph.outputs.first?.value == ["hé", .unsigned(.max), -2.5])

            let destroy = try await run(plugin, JobRequest(.destroy, checkpoint: apply.checkpoint))
            #expect(destroy.graph.resources.isEmpty)
            #expect(destroy.checkpoint.map { String(decoding: $0.state, as: UTF8.self) } == "000")
        }
    }

    private func run(_ plugin: SupervisedPlugin, _ request: JobRequest) async throws -> JobReport {
        let report = try await plugin.run(request, options: JobOptions(timeLimit: .seconds(20)), observer: RecordingObserver())
        #expect(report.outcome == .succeeded, "\(report.error?.description ?? "\(report.diagnostics)")")
        return report
    }
}
