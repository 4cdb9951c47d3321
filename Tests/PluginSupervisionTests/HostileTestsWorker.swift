import Foundation
import JSON
import PluginLoading
import PluginSupervision
import TestSupport
import Testing

/// Workers that die, hang, or are no workers at all.
@Suite struct HostileWorkerTests {
    @Test("a worker killed from outside loses its job, and the report names the signal")
    func killedFromOutside() async throws {
        try await Fixture.with { fixture in
            let bout = try await Bout("hostile-cancel-ignored", in: fixture)
            let observer = RecordingObserver()
            let worker = try #require(Processes.workers(of: fixture).first { name(of: $0) == "hostile-cancel-ignored" })
            let job = Task {
                try await bout.hostile.run(JobRequest(.apply), options: Bout.options(timeLimit: nil), observer: observer)
            }
            try await eventually("the job runs") { !observer.seen.records.isEmpty }
            kill(worker, SIGKILL)
            expect(try await job.value, .lost, .lost, plugin: bout.hostile, saying: ["apply", "signal 9 (Killed)"])
            let after = try await bout.hostile.run(JobRequest(.plan), options: Bout.options(), observer: RecordingObserver())
            #expect(after.outcome == .succeeded)
        }
    }

    @Test("a worker that died while it was idle costs no job")
    func diedWhileIdle() async throws {
        try await Fixture.with { fixture in
            let bout = try await Bout("good", in: fixture)
            for worker in Processes.workers(of: fixture) {
                kill(worker, SIGKILL)
                try await eventually("the worker is dead") { Processes.isDead(worker) }
            }
            let report = try await bout.hostile.run(JobRequest(.plan), options: Bout.options(), observer: RecordingObserver())
            #expect(report.outcome == .succeeded, "\(report.error?.description ?? "")")
        }
    }

    @Test("a plugin whose create hangs is given up at the start timeout, and its worker is gone")
    func createHangs() async throws {
        try await Fixture.with { fixture in
            var settings = try fixture.workerSettings()
            settings.startTimeout = .milliseconds(500)
            let manifest = try Package.testPlugin("hostile-create")
            let error = await #expect(throws: PluginError.self) {
                try await fixture.supervised(manifest, configuration: ["root": .string(fixture.directory)], settings: settings)
            }
            #expect(error?.code == .load)
            let text = error?.description ?? ""
            #expect(text.hasPrefix("plugin dev.berth.test.hostile-create: "))
            #expect(text.contains("was not loaded within 0.5 s"))
            try await eventually("the worker is gone") { Processes.workers(of: fixture).isEmpty }
        }
    }

    @Test("a library that misses a symbol, or lacks the entry point, is refused with its path")
    func refusedLibraries() async throws {
        try await Fixture.with { fixture in
            let settings = try fixture.workerSettings()
            for (name, word) in [("bad-library-loads", "berth_test_is_nowhere"), ("bad-library-symbol", "does not export berth_plugin_v1")]
            {
                let manifest = try Package.testPlugin(name)
                let error = await #expect(throws: PluginError.self) {
                    try await fixture.supervised(manifest, configuration: ["root": .string(fixture.directory)], settings: settings)
                }
                #expect(error?.code == .load)
                #expect(error?.plugin == manifest.id)
                #expect(error?.description.contains(word) == true, "\(error?.description ?? "")")
                #expect(error?.description.contains(manifest.libraryPath) == true, "\(error?.description ?? "")")
            }
        }
    }

    private func name(of worker: Int32) -> String? { Processes.words(worker).dropFirst().first }
}
