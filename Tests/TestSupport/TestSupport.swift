import Foundation
package import JSON
package import Logging
package import PluginLoading
package import PluginSupervision
import Synchronization

/// Where tests find the package and what was built of it.
package enum Package {
    /// The package's root.
    package static let root: String = {
        var url = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { url.deleteLastPathComponent() }
        return url.path
    }()

    /// The executables that belong to this build.
    package static var products: String { ExecutablePath.directory(of: ExecutablePath.current ?? "/") }

    /// What ``scripts/build-plugins`` built.
    package static var plugins: String { root + "/.build/berth-plugins" }

    /// Builds what `scripts/build-plugins` builds, once per test process.
    private static let built: Bool = {
        do {
            // These are built by the same `swift build` that built the tests; a second one would wait for its lock.
            let result = try runBlocking(root + "/scripts/build-plugins", ["localhost", "scratch"])
            guard result.status == 0 else { return false }
            return try runBlocking(root + "/scripts/build-plugins", ["--built-in", products, "sim", "docker"]).status == 0
        } catch { return false }
    }()

    /// A plugin that comes with Berth.
    package static func plugin(_ name: String) throws -> PluginManifest {
        guard built else { throw TestFailure("scripts/build-plugins failed; run it by hand to see why") }
        return try PluginManifest(path: "\(plugins)/\(name)/\(name).plugin.json")
    }

    /// The wrong and the hostile plugins, built once per test process.
    package static let testPlugins: String = {
        let directory = root + "/.build/berth-test-plugins"
        let result = try? runBlocking(root + "/Examples/Plugins/bad/build.sh", [directory])  // a failure shows when a plugin is opened
        if result?.status != 0 { print(result?.output ?? "Examples/Plugins/bad/build.sh did not run") }
        return directory
    }()

    package static func testPlugin(_ name: String) throws -> PluginManifest {
        try PluginManifest(path: "\(testPlugins)/\(name).plugin.json")
    }
}

/// Why a test cannot go on.
package struct TestFailure: Error, CustomStringConvertible {
    package var description: String
    package init(_ description: String) { self.description = description }
}

/// What a program printed, and how it ended.
package struct RunResult: Sendable {
    package var status: Int32
    /// Standard output and error, as they came.
    package var output: String
}

/// Runs a program to its end, without holding up other tests.
package func run(
    _ path: String, _ arguments: [String], environment: [String: String] = [:], directory: String? = nil
) async throws -> RunResult {
    try await offPool { try runBlocking(path, arguments, environment: environment, directory: directory) }
}

/// Calls what blocks on a thread of its own: the pool that tests run on has as many threads as the machine has cores.
package func offPool<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
        do { try JobThread.start("berth-test") { continuation.resume(with: Result { try body() }) } } catch {
            continuation.resume(throwing: error)
        }
    }
}

/// Runs a program to its end and holds up its thread; where nothing can be awaited, such as a condition of a test.
package func runBlocking(
    _ path: String, _ arguments: [String], environment: [String: String] = [:], directory: String? = nil
) throws -> RunResult {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: path)
    process.arguments = arguments
    if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let status = process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus
    return RunResult(status: status, output: String(decoding: bytes, as: UTF8.self))
}

/// Things a test makes, undone in reverse order when it ends, also when it throws.
package actor Fixture {
    package nonisolated let directory: String
    private var undoings: [@Sendable () async -> Void] = []

    private init() throws {
        directory = NSTemporaryDirectory() + "berth-test-" + UUID().uuidString.prefix(8)
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    /// Runs a test's body with a fixture of its own.
    package static func with<T: Sendable>(_ body: @Sendable (Fixture) async throws -> T) async throws -> T {
        let fixture = try Fixture()
        do {
            let result = try await body(fixture)
            await fixture.undo()
            return result
        } catch {
            await fixture.undo()
            throw error
        }
    }

    /// Has something undone at the end.
    package func atEnd(_ undoing: @escaping @Sendable () async -> Void) { undoings.append(undoing) }

    private func undo() async {
        for undoing in undoings.reversed() { await undoing() }
        removeTree(directory)
    }

    /// A directory of its own below the fixture's.
    package nonisolated func makeDirectory(_ name: String) throws -> String {
        let path = directory + "/" + name
        try PluginLoading.makeDirectory(path)
        return path
    }

    /// A file below the fixture's directory.
    package nonisolated func write(_ name: String, _ text: String) throws -> String {
        let path = directory + "/" + name
        try PluginLoading.makeDirectory(ExecutablePath.directory(of: path))
        try replaceFile(path, with: Array(text.utf8))
        return path
    }

    /// How workers are started in tests.
    package nonisolated func workerSettings(limits: WorkerLimits = WorkerLimits()) throws -> WorkerSettings {
        WorkerSettings(
            executable: Package.products + "/berth-plugin-worker", directory: try HostDirectory(directory + "/host"), limits: limits)
    }

    /// A plugin in workers, closed at the end.
    package func supervised(
        _ manifest: PluginManifest, configuration: JSONValue, settings: WorkerSettings? = nil, policy: PoolPolicy = PoolPolicy()
    ) async throws -> SupervisedPlugin {
        let plugin = try await SupervisedPlugin.make(
            manifest, configuration: configuration, settings: try settings ?? workerSettings(), policy: policy, logger: quietLogger)
        atEnd { await plugin.close() }
        return plugin
    }
}

/// Says nothing.
package let quietLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// Remembers what a job said.
package final class RecordingObserver: JobObserver {
    private let state = Mutex(State())
    private let onCheckpoint: (@Sendable (Int, Checkpoint) async throws -> Void)?

    package struct State: Sendable {
        package var records: [LogRecord] = []
        package var progress: [ProgressReport] = []
        package var diagnostics: [Diagnostic] = []
        package var checkpoints: [Checkpoint] = []
    }

    /// - Parameter onCheckpoint: is told the number of each checkpoint, from 1, before it counts as stored.
    package init(onCheckpoint: (@Sendable (Int, Checkpoint) async throws -> Void)? = nil) { self.onCheckpoint = onCheckpoint }

    package var seen: State { state.withLock { $0 } }

    package func received(_ records: [LogRecord]) { state.withLock { $0.records += records } }
    package func received(_ progress: ProgressReport) { state.withLock { $0.progress.append(progress) } }
    package func received(_ diagnostic: Diagnostic) { state.withLock { $0.diagnostics.append(diagnostic) } }

    package func store(_ checkpoint: Checkpoint) async throws {
        try await onCheckpoint?(seen.checkpoints.count + 1, checkpoint)
        state.withLock { $0.checkpoints.append(checkpoint) }
    }
}

/// Waits until something holds; looks again every few milliseconds.
package func eventually(within limit: Duration = .seconds(10), _ what: String, _ condition: @Sendable () async throws -> Bool) async throws
{
    let start = ContinuousClock.now
    while try await !condition() {
        guard ContinuousClock.now - start < limit else { throw TestFailure("\(what) did not come true within \(limit)") }
        try await Task.sleep(for: .milliseconds(5))  // there is no event to wait for
    }
}
