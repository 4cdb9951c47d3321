import Foundation
import JSON
import PluginABI
import PluginLoading
import PluginSupervision
import ResourceGraph
import TestSupport
import Testing

/// What happens to checkpoints when something goes wrong around them.
@Suite struct HostileCheckpointTests {
    @Test("a full disk refuses a checkpoint: the plugin is told UNAVAILABLE, and the job fails", arguments: [1, 2, 3, 4])
    func refusedCheckpoint(_ number: Int) async throws {
        try await Fixture.with { fixture in
            let bout = try await Bout("good", in: fixture)
            let observer = RecordingObserver { count, _ in
                if count == number { throw TestFailure("no space left on device") }
            }
            let report = try await bout.hostile.run(JobRequest(.apply), options: Bout.options(), observer: observer)
            #expect(report.outcome == .failed)
            #expect(report.diagnostics.map(\.code) == ["test.state.not-stored"], "the plugin saw that it was not stored")
            #expect(observer.seen.checkpoints.count == number - 1)
            #expect(report.checkpoint == observer.seen.checkpoints.last)
            #expect(observer.seen.records.contains { $0.stage == "host" && $0.message.contains("no space left on device") })
        }
    }

    @Test("a checkpoint is acknowledged only after it was stored")
    func slowStore() async throws {
        try await Fixture.with { fixture in
            let bout = try await Bout("good", in: fixture)
            let gate = Gate()
            let observer = RecordingObserver { count, _ in if count == 1 { await gate.wait() } }
            let job = Task { try await bout.hostile.run(JobRequest(.apply), options: Bout.options(), observer: observer) }
            try await gate.reached()
            // The first deed follows the first checkpoint; as long as that is not stored, there is none. The good plugin's whole
            // life beside it is time enough for a wrong one to show.
            let other = try await bout.good.run(JobRequest(.apply), options: Bout.options(), observer: RecordingObserver())
            #expect(other.outcome == .succeeded)
            #expect(!FileManager.default.fileExists(atPath: fixture.directory + "/hostile"))
            await gate.open()
            #expect(try await job.value.outcome == .succeeded)
            #expect(FileManager.default.fileExists(atPath: fixture.directory + "/hostile"))
            #expect(observer.seen.checkpoints.count == 4)
        }
    }

    @Test("a job that is being cancelled still stores its checkpoint")
    func checkpointWhileCancelling() async throws {
        try await Fixture.with { fixture in
            let bout = try await Bout("good", in: fixture)
            let gate = Gate()
            let observer = RecordingObserver { count, _ in if count == 1 { await gate.wait() } }
            var options = Bout.options()
            options.cancel = CancelPolicy()
            let job = Task { [options] in try await bout.hostile.run(JobRequest(.apply), options: options, observer: observer) }
            try await gate.reached()
            job.cancel()
            await gate.open()
            let report = try await job.value
            #expect(report.outcome == .cancelled)
            #expect(report.checkpoint.map { String(decoding: $0.state, as: UTF8.self) } == "p workspace-box.res\n- \n")
            #expect(report.graph.resources.map(\.address) == ["test_box.main"])
        }
    }

    @Test("a store that is slow never lands after the report of its lost job")
    func lateStore() async throws {
        try await Fixture.with { fixture in
            let bout = try await Bout("good", in: fixture)
            let gate = Gate()
            let observer = RecordingObserver { count, _ in if count == 2 { await gate.wait() } }
            let isOver = Flag()
            let job = Task {
                let report = try await bout.hostile.run(JobRequest(.apply), options: Bout.options(timeLimit: nil), observer: observer)
                isOver.set()
                return report
            }
            try await gate.reached()
            for worker in Processes.workers(of: fixture) { kill(worker, SIGKILL) }
            try await eventually("the worker is reaped") { Processes.workers(of: fixture).isEmpty }
            #expect(!isOver.isSet, "the report waits for the checkpoint that is being stored")
            await gate.open()
            let report = try await job.value
            #expect(report.outcome == .lost)
            #expect(observer.seen.checkpoints.count == 2)
            #expect(report.checkpoint == observer.seen.checkpoints.last, "what was stored is what is reported")
        }
    }

    @Test("the largest state and the largest plan reach the plugin together")
    func largest() async throws {
        try await Fixture.with { fixture in
            let bout = try await Bout("good", in: fixture)
            let bytes = [UInt8](repeating: 0x78, count: Int(BERTH_STATE_SIZE_MAX))
            let request = JobRequest(.read, checkpoint: Checkpoint(state: bytes, stateVersion: 1), plan: bytes)
            let report = try await bout.hostile.run(request, options: Bout.options(), observer: RecordingObserver())
            // It was read and found to be none of the plugin's.
            #expect(report.diagnostics.map(\.code) == ["test.state.unknown"], "\(report.error?.description ?? "")")
        }
    }

    @Test("a state of a foreign version is refused before the plugin sees it")
    func foreignStateVersion() async throws {
        try await Fixture.with { fixture in
            let bout = try await Bout("good", in: fixture)
            for version: UInt32 in [0, 2] {
                let request = JobRequest(.destroy, checkpoint: Checkpoint(state: Array("x".utf8), stateVersion: version))
                let options = Bout.options()
                let error = await #expect(throws: PluginError.self) {
                    try await bout.hostile.run(request, options: options, observer: RecordingObserver())
                }
                #expect(error?.code == .unsupported)
                #expect(error?.job == options.id)
                #expect(error?.description.contains("version \(version)") == true)
                #expect(error?.description.contains("1 to 1") == true)
            }
        }
    }
}
