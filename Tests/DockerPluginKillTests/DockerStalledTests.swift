import DockerTestSupport
import PluginLoading
import PluginSupervision
import TestSupport
import Testing

/// An engine that never answers one request: the job is cancelled, ends by itself, and the record is true.
@Suite(.enabled(if: TestEngine.isAvailable, Comment(rawValue: TestEngine.reason)))
struct DockerStalledTests {
    @Test(
        "a job that waits for ever for any request is cancelled in bounded time, leaves nothing running, and loses nothing",
        arguments: [(ProxyFate.stallBefore, 3, 10), (.stallAfter, 1, 35)])
    func stalled(_ fate: ProxyFate, _ stride: Int, _ stallsMin: Int) async throws {
        let stalls = await KillRounds.run("\(fate)", stride: stride, isSettledAtOnce: false) { world, step, number in
            world.harm.arm([number: fate])
            let report = try await world.withPlugin { plugin in
                let running = Task {
                    // A job that does not end by itself is lost, which this test would see.
                    var options = JobOptions()
                    options.cancel = CancelPolicy(softDeadline: .seconds(30), grace: .seconds(10))
                    return try await JobRunner(plugin, store: try world.store)
                        .run(world.request(step), options: options, observer: RecordingObserver()).report
                }
                let watching = Task {
                    try await world.harm.untilDone()
                    running.cancel()
                }
                defer { watching.cancel() }
                return try await running.value
            }
            guard let request = world.harm.disarm() else {
                #expect(report.outcome == .succeeded, "\(step) of \(world.id): \(KillWorld.words(of: report))")
                return nil
            }
            #expect(report.outcome == .cancelled, "\(step) of \(world.id), \(request.kind): \(KillWorld.words(of: report))")
            // Later what was there before may run on.
            if step == .create { try await world.expectNothingRuns("\(step) stalled at \(request.kind)") }
            return request.kind
        }
        #expect(stalls >= stallsMin)
    }
}
