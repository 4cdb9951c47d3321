import CShims
import Glibc
import JSON
import PluginLoading
import Synchronization

/// Runs the conformance tests on a plugin, each in a process of its own.
package struct ConformanceRunner: Sendable {
    private let options: ConformanceOptions

    package init(_ options: ConformanceOptions = ConformanceOptions()) {
        self.options = options
    }

    /// Runs the tests. Cancelling the task kills the tests that run, starts no other, and returns what there is.
    ///
    /// - Parameters:
    ///   - path: a library or a manifest.
    ///   - progress: told each result as soon as it is there, in any order, one at a time.
    /// - Returns: the results in the order of the suite.
    package func run(
        libraryOrManifestPath path: String, progress: @escaping @Sendable (TestResult) -> Void = { _ in }
    ) async -> ConformanceReport {
        let subject = Subject(path: path)
        let tests = selection()
        var schedule = Schedule(tests)
        // A backend that all processes share is given to one at a time.
        let manifest = subject.manifestPath.flatMap { try? PluginManifest(path: $0) }  // a broken one is reported by its own test
        let isPrivate = SampleData(manifest: manifest, options: options.sample).isPrivate
        let width = isPrivate ? max(1, options.parallel) : 1
        await withTaskGroup(of: TestResult.self) { group in
            var running = 0
            while true {
                while running < width, !Task.isCancelled, let test = schedule.next() {
                    running += 1
                    group.addTask { await run(test, subject) }
                }
                for result in schedule.takeSkipped() { progress(result) }
                guard running > 0, let result = await group.next() else { break }
                running -= 1
                schedule.finish(result)
                progress(result)
            }
        }
        return ConformanceReport(subject: path, results: schedule.results)
    }

    private func selection() -> [ConformanceTest] {
        guard let only = options.only else { return ConformanceSuite.all }
        var wanted = Set(only)
        for test in ConformanceSuite.all.reversed() where wanted.contains(test.id) { wanted.formUnion(test.prerequisites) }
        return ConformanceSuite.all.filter { wanted.contains($0.id) }
    }

    /// Runs one test on a thread of its own, which may block.
    private func run(_ test: ConformanceTest, _ subject: Subject) async -> TestResult {
        let cancelled = Cancelled()
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                do {
                    try JobThread.start("berth-check") { continuation.resume(returning: runBlocking(test, subject, cancelled)) }
                } catch {
                    continuation.resume(returning: TestResult(test, .failed("\(error)")))
                }
            }
        } onCancel: {
            cancelled.flag.store(true, ordering: .releasing)
        }
    }

    private func runBlocking(_ test: ConformanceTest, _ subject: Subject, _ cancelled: Cancelled) -> TestResult {
        do {
            guard let executable = options.executable ?? ExecutablePath.current else {
                return TestResult(test, .failed("the kernel does not say where this program lies"))
            }
            let temporary = try Self.temporaryDirectory()
            defer { removeTree(temporary) }
            var arguments = ChildArguments(test: test.id, temporary: temporary)
            arguments.subject = subject
            arguments.sample = options.sample
            arguments.seed = options.seed
            arguments.timeFactor = options.timeFactor
            arguments.placesMax = options.placesMax
            arguments.command = options.command
            let limit = test.timeLimitSeconds * options.timeFactor
            let ending = try ChildProcess(
                executable: executable, arguments: arguments.line, temporary: temporary, timeLimitSeconds: limit
            ).run(isCancelled: { cancelled.flag.load(ordering: .acquiring) })
            return Self.result(of: test, ending, limit: limit)
        } catch {
            return TestResult(test, .failed("\(error)"))
        }
    }

    private static func result(of test: ConformanceTest, _ ending: ChildProcess.Ending, limit: Double) -> TestResult {
        var last: JSONValue?
        var place = "the start of the test"
        for line in ending.result.split(separator: UInt8(ascii: "\n")) {
            // Lines come from our own code, but a plugin could write here, too; what is no JSON is its, and is ignored.
            guard let json = try? JSONValue(parsing: String(decoding: line, as: UTF8.self)) else { continue }
            if let at = json["at"]?.stringValue { place = at } else if json["result"] != nil { last = json }
        }
        let message = last?["message"]?.stringValue ?? ""
        let outcome: TestResult.Outcome
        var note = ""
        switch (last?["result"]?.stringValue, ending.reason) {
        case ("passed", _):
            outcome = .passed
            note = message
        case ("failed", _): outcome = .failed(message)
        case ("skipped", _): outcome = .skipped(message)
        case ("warning", _): outcome = .warning(message)
        case (_, .timedOut): outcome = .timedOut("did not end within \(limit) s; it was killed in \(place)")
        case (_, .signalled(let signal)):
            outcome = .crashed(signal: signal, "the process died of signal \(signal) (\(String(cString: strsignal(signal)))) in \(place)")
        case (_, .exited(let status)): outcome = .failed("the process ended with status \(status) in \(place); a plugin does not exit")
        }
        return TestResult(
            test, outcome, note: note, output: String(decoding: ending.output.suffix(4096), as: UTF8.self),
            durationSeconds: ending.durationSeconds)
    }

    private static func temporaryDirectory() throws -> String {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? P_tmpdir
        var template = Array("\(base)/berth-conformance-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil, let resolved = realpath(template, nil) else {
            throw PluginError.system("cannot make a directory in \(base)", errno)
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}

/// Whether the task that runs the tests was cancelled; read from threads.
private final class Cancelled: Sendable {
    let flag = Atomic<Bool>(false)
}

/// Which test may run next, and which never will.
struct Schedule {
    private let tests: [ConformanceTest]
    private var waiting: [ConformanceTest]
    private var running: Set<String> = []
    private var finished: [String: TestResult] = [:]
    /// Tests whose dependents are skipped.
    private var blocked: Set<String> = []
    private var skipped: [TestResult] = []

    init(_ tests: [ConformanceTest]) {
        self.tests = tests
        waiting = tests
    }

    /// A test whose prerequisites are done; nil if there is none just now.
    mutating func next() -> ConformanceTest? {
        var index = 0
        while index < waiting.count {
            let test = waiting[index]
            if let cause = test.prerequisites.first(where: blocked.contains) {
                waiting.remove(at: index)
                let result = TestResult(test, .skipped("\(cause) did not pass"))
                blocked.insert(test.id)
                finished[test.id] = result
                skipped.append(result)
                continue
            }
            if test.prerequisites.allSatisfy({ finished[$0] != nil || !isPartOfSuite($0) }) {
                waiting.remove(at: index)
                running.insert(test.id)
                return test
            }
            index += 1
        }
        return nil
    }

    /// Results of tests that were skipped since the last call.
    mutating func takeSkipped() -> [TestResult] {
        defer { skipped = [] }
        return skipped
    }

    mutating func finish(_ result: TestResult) {
        running.remove(result.id)
        finished[result.id] = result
        if result.isFailure { blocked.insert(result.id) }
    }

    /// Everything, in the order of the suite.
    var results: [TestResult] { tests.compactMap { finished[$0.id] } }

    private func isPartOfSuite(_ id: String) -> Bool { tests.contains { $0.id == id } }
}
