import PluginConformance
import PluginLoading
import Synchronization
import TestSupport

/// The plugins that the kit is tried on, and how.
enum Plugins {
    /// Every `bad-TEST--VARIANT`.
    static let wrong: [String] = directoryEntries(Package.root + "/Examples/Plugins/bad")
        .filter { $0.hasPrefix("bad-") && $0.hasSuffix(".c") }
        .map { String($0.dropLast(2)) }

    /// The test that a wrong plugin was made for.
    static func test(for plugin: String) -> String {
        let name = plugin.dropFirst("bad-".count)
        var end = name.startIndex
        while end < name.endIndex, !name[end...].hasPrefix("--") { end = name.index(after: end) }
        return String(name[..<end])
    }

    /// Options under which the tests' own executable runs each test.
    static var options: ConformanceOptions {
        var options = ConformanceOptions()
        options.executable = Package.products + "/ConformanceProbe"
        return options
    }

    /// Runs the kit on one of the test plugins. Few at a time, so that time limits mean something.
    static func report(on plugin: String, _ options: ConformanceOptions = options) async -> ConformanceReport {
        await gate.enter()
        defer { gate.leave() }
        return await ConformanceRunner(options).run(libraryOrManifestPath: "\(Package.testPlugins)/\(plugin).plugin.json")
    }

    private static let gate = Gate(places: 3)
}

/// Lets so many in at a time.
private final class Gate: Sendable {
    private let state: Mutex<(free: Int, waiting: [CheckedContinuation<Void, Never>])>

    init(places: Int) {
        state = Mutex((places, []))
    }

    func enter() async {
        await withCheckedContinuation { continuation in
            let enters = state.withLock { state in
                guard state.free > 0 else {
                    state.waiting.append(continuation)
                    return false
                }
                state.free -= 1
                return true
            }
            if enters { continuation.resume() }
        }
    }

    func leave() {
        let next: CheckedContinuation<Void, Never>? = state.withLock { state in
            guard !state.waiting.isEmpty else {
                state.free += 1
                return nil
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
