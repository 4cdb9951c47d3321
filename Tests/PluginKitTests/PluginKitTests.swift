import Foundation
import JSON
import PluginKit
import PluginLoading
import ResourceGraph
import Synchronization
import TestSupport
import Testing

/// A plugin whose operations do what the request's inputs ask for; loaded through the real ABI, into this process.
struct ProbePlugin: PluginKit.Plugin {
    static let info = PluginInfo(
        id: "dev.berth.test.probe", name: "probe", version: "1.0.0", capabilities: [.plan, .apply, .read, .inventory], stateVersion: 7)

    static let actions: [PluginKit.Action<ProbePlugin>] = [
        Action(
            "echo", title: "Echo", summary: "Gives back what it got.",
            parameters: [
                Parameter("i", .i64, "signed"), Parameter("u", .u64, "unsigned"), Parameter("f", .f64, "number"),
                Parameter("b", .bool, "flag"), Parameter("s", .str, "text"), Parameter("y", .bytes, "bytes"), Parameter("j", .json, "json"),
            ]
        ) { _, arguments, _, job in
            try await job.output("i", .integer(arguments.integer("i")))
            try await job.output("u", JSONValue(arguments.unsigned("u")))
            try await job.output("f", .number(arguments.number("f")))
            try await job.output("b", .bool(arguments.flag("b")))
            try await job.output("s", .string(arguments.text("s")))
            try await job.output("y", .string(String(decoding: arguments.bytes("y"), as: UTF8.self)))
            try await job.output("j", JSONValue(parsing: arguments.text("j")), isSensitive: true)
        }
    ]

    init(configuration: JSONValue, host: HostInfo) throws {
        if configuration["refuse"]?.boolValue == true {
            throw Failure(.invalidArgument, code: "probe.refused", summary: "the probe was told to refuse", attribute: "/refuse")
        }
    }

    func plan(_ request: PluginKit.Request, job: Job) async throws {
        switch request.inputs["do"]?.stringValue {
        case "throw": throw Failure(.unavailable, code: "probe.down", summary: "nobody answers", resource: "x.y", attribute: "/z")
        case "throw-other": throw OtherError()
        case "fail-silently": throw Failure(explained: .failed)
        case "hop":
            // Sinks called from other tasks must reach the job's own thread.
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<50 {
                    group.addTask {
                        await Task.detached { await Task.yield() }.value
                        try await job.add(Resource("probe.n\(number)", type: "probe", name: "n\(number)"))
                        job.log(.info, "added \(number)", fields: ["number": "\(number)"])
                    }
                }
                try await group.waitForAll()
            }
        case "wait": try await Task.sleep(for: .seconds(60))
        case "block":
            // Blocks the job's thread, as a C library would; only the second push can end this wait.
            while !Task.isCancelled { usleep(1000) }
            throw CancellationError()
        case "everything":
            try await job.add(
                Resource(
                    "probe.secret", type: "probe", name: "secret", change: .create, attributes: ["a": "", "token": "s3cret", "later": nil],
                    sensitive: ["/token"], unknown: ["/later"]))
            try await job.add(Resource("probe.other", type: "probe", name: "other", remoteID: ""))
            try await job.connect("probe.secret", .dependsOn, "probe.other")
            job.progress("half-way", done: 1, total: 2, resource: "probe.other")
            job.diagnose(Diagnostic(.warning, code: "probe.warning", summary: "mind the gap", sourcePath: "main.tf", line: 3, column: 4))
            try await job.keepPlan([1, 2, 3])
        default: break
        }
    }

    func apply(_ request: PluginKit.Request, job: Job) async throws {
        try await job.checkpoint([
            "state": .string(request.labels["berth.workspace"] ?? ""), "plan": .integer(Int64(request.plan?.count ?? 0)),
        ])
        try await job.checkpoint(["second": true])
    }
}

struct OtherError: Error, CustomStringConvertible { let description = "something else broke" }

@Suite struct PluginKitTests {
    private func probe(_ fixture: Fixture, _ configuration: JSONValue = [:]) async throws -> InProcessInstance {
        let library = try PluginLibrary(entry: { export(ProbePlugin.self, $0, $1) })
        let directories = HostDirectories(
            plugin: fixture.directory, cache: fixture.directory, work: try fixture.makeDirectory("work"))
        return try await InProcessInstance.make(library, configuration: configuration, directories: directories, logger: quietLogger)
    }

    private func plan(_ what: String, _ observer: RecordingObserver = RecordingObserver(), cancelAfter: Duration? = nil) async throws
        -> JobReport
    {
        try await Fixture.with { fixture in
            let instance = try await probe(fixture)
            let request = JobRequest(.plan, inputs: JSONValue.object(["do": .string(what)]).serialized())
            let options = JobOptions(timeLimit: cancelAfter, cancel: CancelPolicy(interruptAfter: .milliseconds(100)))
            let report = try await instance.run(request, options: options, observer: observer)
            await instance.close()
            return report
        }
    }

    @Test("the tables say what the type says")
    func descriptor() throws {
        let library = try PluginLibrary(entry: { export(ProbePlugin.self, $0, $1) })
        #expect(library.descriptor.id.rawValue == "dev.berth.test.probe")
        #expect(library.descriptor.capabilities == [.plan, .apply, .read])
        #expect(library.descriptor.hasInventory)
        #expect(library.descriptor.stateVersion == 7)
        #expect(library.descriptor.actions.map(\.signature) == ["echo(i64,u64,f64,bool,str,bytes,json)"])
        #expect(library.descriptor.unusableActions.isEmpty)
    }

    @Test("a refused configuration carries the plugin's own words")
    func refusedConfiguration() async throws {
        try await Fixture.with { fixture in
            let error = await #expect(throws: PluginError.self) { try await probe(fixture, ["refuse": true]) }
            #expect(error?.code == .configuration)
            #expect(error?.cause == "the probe was told to refuse (/refuse)")
        }
    }

    @Test("what an operation throws becomes its answer and a diagnostic")
    func thrown() async throws {
        let unavailable = try await plan("throw")
        #expect(unavailable.outcome == .unavailable)
        #expect(unavailable.diagnostics.first?.resource == "x.y")
        #expect(unavailable.diagnostics.first?.attribute == "/z")
        let other = try await plan("throw-other")
        #expect(other.outcome == .failed)
        #expect(other.diagnostics.map(\.summary) == ["something else broke"])
        let silent = try await plan("fail-silently")
        #expect(silent.outcome == .failed)
        #expect(silent.diagnostics.map(\.code) == ["plugin.unexplained"])
    }

    @Test("an operation that the type does not implement says so")
    func unsupported() async throws {
        try await Fixture.with { fixture in
            let instance = try await probe(fixture)
            let report = try await instance.run(JobRequest(.read), options: JobOptions(), observer: RecordingObserver())
            #expect(report.outcome == .failed)
            #expect(report.diagnostics.map(\.code) == ["operation.unsupported"])
            await #expect(throws: PluginError.self) {
                try await instance.run(JobRequest(.destroy), options: JobOptions(), observer: RecordingObserver())
            }
            await instance.close()
        }
    }

    @Test("sinks called from fifty tasks all reach the job's thread")
    func hopping() async throws {
        let observer = RecordingObserver()
        let report = try await plan("hop", observer)
        #expect(report.error == nil)
        #expect(report.graph.resources.count == 50)
        #expect(observer.seen.records.count == 50)
        #expect(observer.seen.records.allSatisfy { $0.fields.count == 1 })
    }

    @Test("cancelling the job cancels the operation's task", arguments: ["wait", "block"])
    func cancel(_ what: String) async throws {
        let report = try await plan(what, cancelAfter: .milliseconds(50))
        #expect(report.outcome == .cancelled)
        #expect(report.duration < .seconds(10))
    }

    @Test("everything that can be reported arrives as it was said")
    func everything() async throws {
        let observer = RecordingObserver()
        let report = try await plan("everything", observer)
        #expect(report.error == nil)
        #expect(report.outcome == .succeeded)
        let secret = try #require(report.graph.node(at: "probe.secret"))
        #expect(secret.change == .create)
        #expect(secret.attributes == ["a": "", "token": "s3cret", "later": nil])
        #expect(secret.sensitive.map(\.description) == ["/token"])
        #expect(secret.unknown.map(\.description) == ["/later"])
        #expect(secret.remoteID == nil)
        #expect(report.graph.node(at: "probe.other")?.remoteID == "")
        #expect(report.graph.edges.count == 1)
        #expect(report.plan == [1, 2, 3])
        #expect(report.diagnostics.first?.line == 3)
        #expect(report.diagnostics.first?.sourcePath == "main.tf")
        #expect(observer.seen.progress == [ProgressReport(resource: "probe.other", message: "half-way", done: 1, total: 2)])
    }

    @Test("a checkpoint carries the state version, and one that is not stored stops the operation")
    func checkpoints() async throws {
        try await Fixture.with { fixture in
            let instance = try await probe(fixture)
            var request = JobRequest(.apply, labels: [Label(key: "berth.workspace", value: "w")], plan: [9, 9])
            let observer = RecordingObserver()
            _ = try await instance.run(request, options: JobOptions(), observer: observer)
            #expect(observer.seen.checkpoints.map(\.stateVersion) == [7, 7])
            #expect(observer.seen.checkpoints.first?.state == Array(#"{"plan":2,"state":"w"}"#.utf8))
            let failing = RecordingObserver { _, _ in throw OtherError() }
            request.operationID = .new()
            let report = try await instance.run(request, options: JobOptions(), observer: failing)
            #expect(report.outcome == .failed)
            #expect(report.diagnostics.map(\.code) == ["host.refused"])
            #expect(failing.seen.checkpoints.isEmpty)
            await instance.close()
        }
    }

    @Test("an action gets exactly what the caller gave, through libffi on both sides")
    func action() async throws {
        try await Fixture.with { fixture in
            let instance = try await probe(fixture)
            let declaration = instance.descriptor.actions[0]
            let values: [String: JSONValue] = [
                "i": .integer(.min), "u": JSONValue(UInt64.max), "f": .number(-0.1), "b": true, "s": "zwölf", "y": "\u{0}x",
                "j": ["k": [1, nil]],
            ]
            let arguments = try declaration.arguments(from: values)
            let report = try await instance.run(
                JobRequest(.action(id: "echo", arguments: arguments)), options: JobOptions(), observer: RecordingObserver())
            #expect(report.outcome == .succeeded)
            #expect(Dictionary(uniqueKeysWithValues: report.graph.outputs.map { ($0.name, $0.value) }) == values)
            #expect(report.graph.outputs.filter(\.isSensitive).map(\.name) == ["j"])
            await instance.close()
        }
    }
}
