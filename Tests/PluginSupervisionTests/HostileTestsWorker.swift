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

    @Test("what a plugin prints goes where errors go, not into the host's output")
    func output() async throws {
        try await Fixture.with { fixture in
            _ = try await Bout("good", in: fixture)
            for worker in Processes.workers(of: fixture) {
                let ends = try (1...2).map { try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(worker)/fd/\($0)") }
                #expect(ends[0] == ends[1])
            }
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

    @Test("a worker that does not read what it is sent is given up")
    func stoppedWorker() async throws {
        try await Fixture.with { fixture in
            let bout = try await Bout("hostile-stop", in: fixture)
            let worker = try #require(Processes.workers(of: fixture).first { name(of: $0) == "hostile-stop" })
            let template = bout.hostile.manifest.directory + "/example"
            let parse = try await bout.hostile.run(
                JobRequest(.parse, sourceDirectory: template), options: Bout.options(), observer: RecordingObserver())
            #expect(parse.outcome == .succeeded)
            try await eventually("the worker has stopped") { Processes.isStopped(worker) }
            // More than a socket holds.
            let state = Checkpoint(state: Array(repeating: 0x78, count: 8 << 20), stateVersion: 1)
            let report = try await bout.hostile.run(
                JobRequest(.read, checkpoint: state), options: Bout.options(timeLimit: .milliseconds(200)), observer: RecordingObserver())
            expect(report, .lost, .lost, plugin: bout.hostile, saying: ["read", "ran longer than 0.2 s"])
        }
    }

    /// Something that is started as a worker and is none.
    struct Impostor: Sendable, CustomTestStringConvertible {
        var executable: String
        var code: PluginError.Code
        var words: [String]

        var testDescription: String { executable }
    }

    @Test(
        "a worker executable that is missing or something else is named, with what it did",
        arguments: [
            Impostor(executable: "/nonexistent/berth-plugin-worker", code: .system, words: ["No such file or directory"]),
            Impostor(executable: "/etc/passwd", code: .system, words: ["Permission denied"]),
            Impostor(executable: "/bin/true", code: .load, words: ["exited with code 0", "before the plugin was loaded"]),
            Impostor(executable: "/bin/false", code: .load, words: ["exited with code 1", "before the plugin was loaded"]),
            Impostor(executable: "/bin/cat", code: .load, words: ["exited with code 1", "before the plugin was loaded"]),
            Impostor(executable: "DIR/echo", code: .load, words: ["broke the protocol", "frame"]),
            Impostor(executable: "DIR/mute", code: .load, words: ["was not loaded within 1.5 s"]),
            Impostor(executable: "DIR/hangs-up", code: .load, words: ["closed its connection"]),
        ])
    func impostors(_ impostor: Impostor) async throws {
        try await Fixture.with { fixture in
            let scripts = [
                "echo": "#!/bin/sh\nexec cat <&3 >&3\n",
                "mute": "#!/bin/sh\nexec sleep 600\n",
                "hangs-up": "#!/bin/sh\nexec sleep 600 3>&-\n",
            ]
            for (name, text) in scripts {
                // Written by another process: one that this process starts meanwhile would hold it open, which is "text file busy".
                let copied = try await TestSupport.run("/bin/cp", [fixture.write(name + ".sh", text), fixture.directory + "/" + name])
                try #require(copied.status == 0 && chmod(fixture.directory + "/" + name, 0o755) == 0)
            }
            var settings = try fixture.workerSettings()
            settings.executable = impostor.executable.replacingOccurrences(of: "DIR", with: fixture.directory)
            // Only the one that says nothing may be found by waiting.
            settings.startTimeout = impostor.executable == "DIR/mute" ? .milliseconds(1500) : .seconds(600)
            let manifest = try await offPool { try Package.testPlugin("good") }
            let error = await #expect(throws: PluginError.self) {
                try await fixture.supervised(manifest, configuration: ["root": .string(fixture.directory)], settings: settings)
            }
            #expect(error?.code == impostor.code)
            let text = error?.description ?? ""
            for word in ["plugin dev.berth.test.good: ", settings.executable] + impostor.words {
                #expect(text.contains(word), "\"\(word)\" is not in: \(text)")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.directory + "/host/workers").isEmpty)
        }
    }

    @Test("a plugin whose create hangs is given up at the start timeout, and its worker is gone")
    func createHangs() async throws {
        try await Fixture.with { fixture in
            var settings = try fixture.workerSettings()
            settings.startTimeout = .milliseconds(500)
            let manifest = try await offPool { try Package.testPlugin("hostile-create") }
            let error = await #expect(throws: PluginError.self) {
                try await fixture.supervised(manifest, configuration: ["root": .string(fixture.directory)], settings: settings)
            }
            #expect(error?.code == .load)
            let text = error?.description ?? ""
            #expect(text.hasPrefix("plugin dev.berth.test.hostile-create: "))
            #expect(text.contains("was not loaded within 0.5 s"), "\(text)")
            try await eventually("the worker is gone") { Processes.workers(of: fixture).isEmpty }
        }
    }

    @Test("a library that misses a symbol, or lacks the entry point, is refused with its path")
    func refusedLibraries() async throws {
        try await Fixture.with { fixture in
            let settings = try fixture.workerSettings()
            for (name, word) in [("bad-library-loads", "berth_test_is_nowhere"), ("bad-library-symbol", "does not export berth_plugin_v1")]
            {
                let manifest = try await offPool { try Package.testPlugin(name) }
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
