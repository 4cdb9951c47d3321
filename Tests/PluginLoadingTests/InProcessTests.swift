import CShims
import Dispatch
import Foundation
import JSON
import PluginABI
import PluginLoading
import ResourceGraph
import Synchronization
import TestSupport
import Testing

@Suite struct InProcessTests {
    static let impatient = CancelPolicy(interruptAfter: .milliseconds(10), softDeadline: .milliseconds(40), grace: .milliseconds(40))

    @Test("a job runs on its own thread, in a directory of its own that is gone after it")
    func ownThread() async throws {
        try await Fixture.with { fixture in
            let seen = Mutex<[String]>([])
            let instance = try await TablePlugin().instance(
                fixture,
                .init(apply: { job, _ in
                    let name = (try? readFile("/proc/self/task/\(cshims_thread_id())/comm", limit: 100)) ?? []
                    let path = UnsafeRawBufferPointer(start: job.pointee.work_dir.ptr, count: Int(job.pointee.work_dir.len))
                    let work = String(decoding: path, as: UTF8.self)
                    seen.withLock { $0 = ["\(stackSizeBytes() >> 20)", String(decoding: name, as: UTF8.self), work] }
                    let entries = (try? FileManager.default.contentsOfDirectory(atPath: work)) ?? ["?"]
                    _ = FileManager.default.createFile(atPath: work + "/left", contents: nil)
                    return entries.isEmpty && job.pointee.is_cancelled(job) == 0 && job.pointee.deadline_ns(job) == 0 ? 0 : 9
                }))
            let options = JobOptions()
            let report = try await instance.run(JobRequest(.apply), options: options, observer: RecordingObserver())
            #expect(report.outcome == .succeeded)
            let work = fixture.directory + "/work/" + options.id.rawValue
            #expect(seen.withLock { $0 } == ["8", "berth-job\n", work])
            #expect(!FileManager.default.fileExists(atPath: work))
            await instance.close()
        }
    }

    @Test("what a job reports is copied before its sink returns")
    func copies() async throws {
        try await Fixture.with { fixture in
            let instance = try await TablePlugin().instance(
                fixture,
                .init(apply: { job, _ in
                    let bytes = UnsafeMutablePointer<CChar>.allocate(capacity: 4)
                    defer { bytes.deallocate() }
                    func scribble(_ text: StaticString) { memcpy(bytes, text.utf8Start, 4) }
                    let text = berth_str(ptr: bytes, len: 4)
                    var record = berth_log_record()
                    record.size = UInt32(MemoryLayout<berth_log_record>.size)
                    record.message = text
                    scribble("logs")
                    job.pointee.log(job, &record)
                    scribble("free")
                    scribble("node")
                    var status = job.add("unused") { $0.address = text }
                    scribble("save")
                    status |= job.pointee.checkpoint(
                        job, berth_bytes(ptr: UnsafeRawPointer(bytes).assumingMemoryBound(to: UInt8.self), len: 4))
                    scribble("gone")
                    return status
                }))
            let observer = RecordingObserver()
            let report = try await instance.run(JobRequest(.apply), options: JobOptions(), observer: observer)
            #expect(report.outcome == .succeeded, "\(report.error?.description ?? "")")
            #expect(observer.seen.records.map(\.message) == ["logs"])
            #expect(report.graph.nodes.map(\.address) == ["node"])
            #expect(report.checkpoint == Checkpoint(state: Array("save".utf8), stateVersion: 1))
            #expect(observer.seen.checkpoints == [Checkpoint(state: Array("save".utf8), stateVersion: 1)])
            await instance.close()
        }
    }

    @Test("a cancelled job sees its descriptor and deadline, and what it reports stands")
    func cancelled() async throws {
        try await Fixture.with { fixture in
            let instance = try await TablePlugin().instance(
                fixture,
                .init(apply: { job, _ in
                    job.log("waiting")
                    var waiting = pollfd(fd: job.pointee.cancel_fd, events: Int16(POLLIN), revents: 0)
                    guard poll(&waiting, 1, 10_000) == 1, job.pointee.is_cancelled(job) == 1, job.pointee.deadline_ns(job) > 0 else {
                        return 9
                    }
                    guard job.checkpoint("half") == 0, job.add("one") == 0 else { return 9 }
                    return UInt32(BERTH_CANCELLED)
                }))
            let observer = RecordingObserver()
            let job = Task { try await instance.run(JobRequest(.apply), options: JobOptions(), observer: observer) }
            try await eventually("the job waits") { !observer.seen.records.isEmpty }
            job.cancel()
            let report = try await job.value
            #expect(report.outcome == .cancelled)
            #expect(report.error == nil)
            #expect(report.graph.nodes.map(\.address) == ["one"])
            #expect(report.checkpoint?.state == Array("half".utf8))
            await instance.close()
        }
    }

    @Test("a cancel that came too late changes nothing")
    func tooLate() async throws {
        try await Fixture.with { fixture in
            let instance = try await TablePlugin().instance(
                fixture,
                .init(apply: { job, _ in
                    job.log("waiting")
                    var waiting = pollfd(fd: job.pointee.cancel_fd, events: Int16(POLLIN), revents: 0)
                    return poll(&waiting, 1, 10_000) == 1 ? 0 : 9
                }))
            let observer = RecordingObserver()
            let job = Task { try await instance.run(JobRequest(.apply), options: JobOptions(), observer: observer) }
            try await eventually("the job waits") { !observer.seen.records.isEmpty }
            job.cancel()
            #expect(try await job.value.outcome == .succeeded)
            await instance.close()
        }
    }

    @Test("an interrupt comes once, and may use the functions that any thread may use", .timeLimit(.minutes(1)))
    func interrupt() async throws {
        try await Fixture.with { fixture in
            let interrupted = DispatchSemaphore(value: 0)
            let instance = try await TablePlugin().instance(
                fixture,
                .init(
                    apply: { job, _ in
                        job.log("waiting")
                        return interrupted.wait(timeout: .now() + 10) == .success ? UInt32(BERTH_CANCELLED) : 9
                    },
                    interrupt: { job in
                        job.log("interrupted, cancelled: \(job.pointee.is_cancelled(job))")
                        interrupted.signal()
                        // Takes its time; the job must not be over before.
                        for _ in 0..<100 { job.log("still here") }
                    }))
            let observer = RecordingObserver()
            let policy = CancelPolicy(interruptAfter: .milliseconds(10))
            let job = Task { try await instance.run(JobRequest(.apply), options: JobOptions(cancel: policy), observer: observer) }
            try await eventually("the job waits") { !observer.seen.records.isEmpty }
            job.cancel()
            let report = try await job.value
            #expect(report.outcome == .cancelled, "\(report.error?.description ?? "")")
            #expect(
                observer.seen.records.map(\.message) == ["waiting", "interrupted, cancelled: 1"]
                    + Array(repeating: "still here", count: 100))
            await instance.close()
        }
    }

    @Test("a job that never returns is lost, its late checkpoint is refused, and the instance takes no more jobs")
    func neverReturns() async throws {
        try await Fixture.with { fixture in
            let release = DispatchSemaphore(value: 0)
            let answer = Mutex<UInt32?>(nil)
            let instance = try await TablePlugin().instance(
                fixture,
                .init(apply: { job, _ in
                    release.wait()
                    let status = job.checkpoint("late")
                    answer.withLock { $0 = status }
                    return 0
                }))
            let options = JobOptions(timeLimit: .milliseconds(20), cancel: Self.impatient)
            let observer = RecordingObserver()
            let report = try await instance.run(JobRequest(.apply), options: options, observer: observer)
            #expect(report.outcome == .lost)
            #expect(report.error?.code == .lost)
            for word in ["dev.berth.test.table", options.id.rawValue, "ran longer than 0.02 s", "did not return within 0.08 s"] {
                #expect(report.error?.description.contains(word) == true, "\(report.error?.description ?? "")")
            }
            let error = await #expect(throws: PluginError.self) {
                try await instance.run(JobRequest(.apply), options: JobOptions(), observer: RecordingObserver())
            }
            #expect(error?.code == .lost)
            #expect(error?.message.contains(options.id.rawValue) == true)
            release.signal()
            try await eventually("the checkpoint is answered") { answer.withLock { $0 } != nil }
            #expect(answer.withLock { $0 } == UInt32(BERTH_UNAVAILABLE))
            #expect(observer.seen.checkpoints.isEmpty, "nothing is stored after the job was reported lost")
            await instance.close()
        }
    }

    @Test("a job past the plugin's limit is refused while the others run")
    func concurrency() async throws {
        try await Fixture.with { fixture in
            let release = DispatchSemaphore(value: 0)
            var table = TablePlugin()
            table.descriptor.max_concurrent_jobs = 2
            let instance = try await table.instance(
                fixture,
                .init(apply: { job, _ in
                    job.log("running")
                    release.wait()
                    return 0
                }))
            let observer = RecordingObserver()
            let jobs = (0..<2).map { _ in Task { try await instance.run(JobRequest(.apply), options: JobOptions(), observer: observer) } }
            try await eventually("both run") { observer.seen.records.count == 2 }
            let error = await #expect(throws: PluginError.self) {
                try await instance.run(JobRequest(.apply), options: JobOptions(), observer: observer)
            }
            #expect(error?.code == .limit)
            #expect(error?.message == "2 jobs are running, which is the plugin's limit")
            release.signal()
            release.signal()
            for job in jobs { #expect(try await job.value.outcome == .succeeded) }
            release.signal()
            #expect(try await instance.run(JobRequest(.apply), options: JobOptions(), observer: observer).outcome == .succeeded)
            await instance.close()
        }
    }

    /// What a plugin does wrong in apply, how it is answered, and what is said of it.
    struct Sin: Sendable, CustomTestStringConvertible {
        var words: String
        var answer: UInt32
        var call: @Sendable (UnsafePointer<berth_job>) -> UInt32

        init(_ words: String, _ answer: Int, _ call: @escaping @Sendable (UnsafePointer<berth_job>) -> UInt32) {
            (self.words, self.answer, self.call) = (words, UInt32(answer), call)
        }

        var testDescription: String { words }
    }

    static let invalid = Int(BERTH_INVALID_ARGUMENT)
    static let sins = [
        Sin("resource.address has 1025 bytes, more than 1024", invalid) { $0.add(String(repeating: "a", count: 1025)) },
        Sin("resource.address is absent", invalid) { $0.add("") },
        Sin("control character", invalid) { $0.add("a\u{1B}[31m") },
        Sin("resource.address is NULL with length 5", invalid) { $0.add("a") { $0.address = berth_str(ptr: nil, len: 5) } },
        Sin("resource a: type is absent", invalid) { $0.add("a") { $0.type = berth_str() } },
        Sin("resource a: attributes_json is array, not an object", invalid) { $0.add("a") { $0.attributes_json = forever("[]") } },
        Sin("resource a: attributes_json: ", invalid) { $0.add("a") { $0.attributes_json = forever("{]") } },
        Sin("resource a: attributes_json: duplicate name \"x\"", invalid) {
            $0.add("a") { $0.attributes_json = forever("{\"x\":1,\"x\":2}") }
        },
        Sin("resource a: attributes_json has 16777217 bytes", invalid) {
            $0.add("a") {
                $0.attributes_json.ptr = $0.address.ptr; $0.attributes_json.len = 16_777_217
            }
        },
        Sin("resource a: sensitive_json is not an array", invalid) { $0.add("a") { $0.sensitive_json = forever("{}") } },
        Sin("resource a: sensitive_json holds integer", invalid) { $0.add("a") { $0.sensitive_json = forever("[1]") } },
        Sin("resource a: unknown_json: ", invalid) { $0.add("a") { $0.unknown_json = forever("[\"x\"]") } },
        Sin("berth_resource is NULL", invalid) { $0.pointee.add_resource($0, nil) },
        Sin("berth_resource.size is 127, less than the 128 of ABI 1.0", invalid) { $0.add("a") { $0.size = 127 } },
        Sin("berth_edge is NULL", invalid) { $0.pointee.add_edge($0, nil) },
        Sin("berth_output is NULL", invalid) { $0.pointee.add_output($0, nil) },
        Sin("checkpoint state has 67108865 bytes, more than 67108864", invalid) { job in
            withUnsafeBytes(of: 0) { bytes in
                job.pointee.checkpoint(job, berth_bytes(ptr: bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), len: 67_108_865))
            }
        },
        Sin("set_plan was called in apply", Int(BERTH_INVALID_STATE)) { $0.pointee.set_plan($0, berth_bytes()) },
        Sin("document parameters is absent", invalid) { $0.pointee.set_document($0, forever("parameters"), berth_str()) },
        Sin("document kind is absent", invalid) { $0.pointee.set_document($0, berth_str(), forever("{}")) },
        Sin("berth_log_record is NULL", 0) {
            $0.pointee.log($0, nil)
            return 0
        },
        Sin("log message has 18446744073709551615 bytes", 0) {
            var record = berth_log_record()
            record.size = UInt32(MemoryLayout<berth_log_record>.size)
            record.message = forever("m")
            record.message.len = .max
            $0.pointee.log($0, &record)
            return 0
        },
        Sin("berth_progress is NULL", 0) {
            $0.pointee.progress($0, nil)
            return 0
        },
        Sin("berth_diagnostic is NULL", 0) {
            $0.pointee.diagnose($0, nil)
            return 0
        },
        Sin("diagnostic.summary is absent", 0) {
            $0.diagnose("")
            return 0
        },
        Sin("add_resource was called from another thread than the job's", Int(BERTH_INVALID_STATE)) { job in
            let address = UInt(bitPattern: job)
            let status = Mutex<UInt32>(0)
            let done = DispatchSemaphore(value: 0)
            Thread.detachNewThread {
                let answer = UnsafePointer<berth_job>(bitPattern: address)!.add("a")
                status.withLock { $0 = answer }
                done.signal()
            }
            done.wait()
            return status.withLock { $0 }
        },
    ]

    @Test("a result that breaks the contract is answered so, nothing of it is kept, and the job fails", arguments: sins)
    func violations(_ sin: Sin) async throws {
        try await Fixture.with { fixture in
            let answer = Mutex<UInt32?>(nil)
            let instance = try await TablePlugin().instance(
                fixture,
                .init(apply: { job, _ in
                    let status = sin.call(job)
                    answer.withLock { $0 = status }
                    return job.add("kept")
                }))
            let observer = RecordingObserver()
            let report = try await instance.run(JobRequest(.apply), options: JobOptions(), observer: observer)
            #expect(answer.withLock { $0 } == sin.answer)
            #expect(report.outcome == .failed)
            #expect(report.error?.code == .protocolViolation)
            #expect(report.error?.message.contains(sin.words) == true, "\(report.error?.description ?? "")")
            #expect(report.graph.nodes.map(\.address) == ["kept"])
            #expect(observer.seen.records.isEmpty && observer.seen.checkpoints.isEmpty && observer.seen.progress.isEmpty)
            await instance.close()
        }
    }

    @Test("unknown values are read as their fallbacks, and long texts and lists of a log are cut")
    func fallbacks() async throws {
        try await Fixture.with { fixture in
            let instance = try await TablePlugin().instance(
                fixture,
                .init(apply: { job, _ in
                    var record = berth_log_record()
                    record.size = UInt32(MemoryLayout<berth_log_record>.size) + 32
                    record.severity = 99
                    record.stream = 99
                    record.message = forever(String(repeating: "x", count: 70_000))
                    let fields = Array(repeating: berth_field(key: forever("k"), value: forever("v")), count: 65)
                    fields.withUnsafeBufferPointer { fields in
                        record.fields = fields.baseAddress
                        record.field_count = 65
                        job.pointee.log(job, &record)
                    }
                    return job.pointee.set_document(job, forever("novel"), forever("{}")) == UInt32(BERTH_UNSUPPORTED)
                        ? job.add("a") {
                            $0.kind = 99
                            $0.change = 99
                        } : 9
                }))
            let observer = RecordingObserver()
            let report = try await instance.run(JobRequest(.apply), options: JobOptions(), observer: observer)
            #expect(report.outcome == .succeeded, "\(report.error?.description ?? "")")
            #expect(report.graph.nodes.map(\.kind) == [.managed])
            #expect(report.graph.nodes.map(\.change) == [ResourceChange.none])
            let record = try #require(observer.seen.records.first)
            #expect(record.severity == .info && record.stream == .plugin)
            #expect(record.message.utf8.count == 65_536 && record.fields.count == 64)
            await instance.close()
        }
    }

    @Test("a late call of a job that is over is refused and harms nobody")
    func lateCalls() async throws {
        try await Fixture.with { fixture in
            let kept = Mutex<UInt>(0)
            let instance = try await TablePlugin().instance(
                fixture,
                .init(apply: { job, _ in
                    kept.withLock { $0 = UInt(bitPattern: job) }
                    return 0
                }))
            let observer = RecordingObserver()
            let report = try await instance.run(JobRequest(.apply), options: JobOptions(), observer: observer)
            #expect(report.outcome == .succeeded)
            let job = try #require(UnsafePointer<berth_job>(bitPattern: kept.withLock { $0 }))
            for _ in 0..<1000 {
                job.log("late")
                #expect(job.add("late") == UInt32(BERTH_INVALID_STATE))
                #expect(job.checkpoint("late") == UInt32(BERTH_INVALID_STATE))
            }
            job.diagnose("late")
            #expect(job.pointee.is_cancelled(job) == 0)
            #expect(job.pointee.deadline_ns(job) == 0)
            #expect(observer.seen.records.isEmpty && observer.seen.checkpoints.isEmpty && observer.seen.diagnostics.isEmpty)
            await instance.close()
        }
    }

    /// A status, what it makes of a job that said why, and of one that did not.
    static let answers: [(UInt32, JobReport.Outcome, explained: Bool, silent: Bool)] = [
        (0, .succeeded, true, true), (2, .failed, true, false), (3, .refused, true, false), (8, .unavailable, true, false),
        // A plugin may own up to a bug.
        (9, .failed, true, false),
        // Not for a plugin to say, whatever its reasons: BERTH_CANCELLED without a cancel, the host's own, and what nobody knows.
        (1, .failed, false, false), (4, .failed, false, false), (5, .failed, false, false), (6, .failed, false, false),
        (7, .failed, false, false), (10, .failed, false, false), (.max, .failed, false, false),
    ]

    @Test("a status has the outcome the header gives it, and a failure without a reason is the plugin's fault", arguments: answers)
    func statuses(status: UInt32, outcome: JobReport.Outcome, explained: Bool, silent: Bool) async throws {
        try await Fixture.with { fixture in
            for (says, isFine) in [(true, explained), (false, silent)] {
                let instance = try await TablePlugin().instance(
                    fixture,
                    .init(apply: { job, _ in
                        if says { job.diagnose("so it is") }
                        return status
                    }))
                let report = try await instance.run(JobRequest(.apply), options: JobOptions(), observer: RecordingObserver())
                #expect(report.outcome == outcome)
                #expect((report.error == nil) == isFine, "\(report.error?.description ?? "no error")")
                if !isFine { #expect(report.error?.code == .protocolViolation) }
                await instance.close()
            }
        }
    }

    @Test("a create that breaks the rules makes no instance")
    func creation() async throws {
        try await Fixture.with { fixture in
            let cases: [(TablePlugin.Behaviour, PluginError.Code, String)] = [
                (
                    .init(create: { job in job.add("a") == UInt32(BERTH_INVALID_STATE) ? 0 : 9 }), .protocolViolation,
                    "add_resource was called in create"
                ),
                (
                    .init(create: { job in job.checkpoint("a") == UInt32(BERTH_INVALID_STATE) ? 0 : 9 }), .protocolViolation,
                    "checkpoint was called in create"
                ),
                (.init(makesInstance: false), .protocolViolation, "create answered OK and made no instance"),
                (
                    .init(create: { job in
                        job.diagnose("\"root\" must be a path")
                        return UInt32(BERTH_INVALID_ARGUMENT)
                    }), .configuration, "\"root\" must be a path"
                ),
                (.init(create: { _ in 4711 }), .configuration, "refuses its configuration"),
            ]
            for (behaviour, code, words) in cases {
                let error = await #expect(throws: PluginError.self) { try await TablePlugin().instance(fixture, behaviour) }
                #expect(error?.code == code)
                #expect(error?.plugin?.rawValue == "dev.berth.test.table")
                #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
            }
        }
    }
}

/// Of the thread that asks. Glibc's module does not show the function that tells.
private func stackSizeBytes() -> Int {
    typealias Function = @convention(c) (pthread_t, UnsafeMutablePointer<pthread_attr_t>) -> Int32
    guard let symbol = dlsym(nil, "pthread_getattr_np") else { return 0 }
    var description = pthread_attr_t()
    var size = 0
    _ = unsafeBitCast(symbol, to: Function.self)(pthread_self(), &description)
    pthread_attr_getstacksize(&description, &size)
    pthread_attr_destroy(&description)
    return size
}
