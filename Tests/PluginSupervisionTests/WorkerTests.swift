import JSON
import PluginLoading
import PluginSupervision
import ResourceGraph
import TestSupport
import Testing

@Suite struct WorkerTests {
    @Test("a template becomes resources, is left alone the second time, and goes away again")
    func lifeOfAWorkspace() async throws {
        try await Fixture.with { fixture in
            let manifest = try Package.plugin("sim")
            let plugin = try await fixture.supervised(manifest, configuration: ["backend": .string(fixture.directory + "/world.json")])
            let store = try DirectoryJobStore(fixture.directory + "/workspace")
            let runner = JobRunner(plugin, store: store)
            let template = manifest.directory + "/example"

            let plan = try await runner.run(JobRequest(.plan, sourceDirectory: template), observer: RecordingObserver()).report
            #expect(plan.outcome == .succeeded)
            #expect(plan.graph.resources.map(\.change) == [.create, .create, .create])

            let apply = try await runner.run(JobRequest(.apply, sourceDirectory: template), observer: RecordingObserver()).report
            #expect(apply.outcome == .succeeded)
            #expect(apply.graph.agents.map(\.name) == ["main"])

            let again = try await runner.run(JobRequest(.plan, sourceDirectory: template), observer: RecordingObserver()).report
            #expect(again.graph.resources.map(\.change) == [.none, .none, .none])

            let destroy = try await runner.run(JobRequest(.destroy), observer: RecordingObserver()).report
            #expect(destroy.outcome == .succeeded)
            let left = try await runner.run(JobRequest(.inventory), observer: RecordingObserver()).report
            #expect(left.graph.resources.isEmpty)
        }
    }
}
