import Glibc
import JSON
@preconcurrency import PluginABI
import PluginLoading

extension ConformanceSuite {
    static let instanceTests: [ConformanceTest] = [
        ConformanceTest(
            "instance-lifecycle", "An instance can be made and ended again and again, and leaves nothing behind.",
            after: ["descriptor-matches-manifest", "descriptor-schema"], timeLimitSeconds: 20
        ) { session in
            for _ in 0..<3 { try session.backend().close() }
            let before = Usage.settled(notAbove: nil)
            let rounds = 100
            for _ in 0..<rounds { try session.backend().close() }
            let after = Usage.settled(notAbove: before)
            try expect(
                after.descriptors <= before.descriptors,
                "\(rounds) rounds of create and destroy_instance left \(after.descriptors - before.descriptors) descriptors open")
            try expect(
                after.threads <= before.threads,
                "\(rounds) rounds of create and destroy_instance left \(after.threads - before.threads) threads running")
            return nil
        },
        ConformanceTest(
            "instance-configuration", "A configuration that is none is refused with a diagnostic.", after: ["instance-lifecycle"]
        ) { session in
            for (text, isAbsent) in [
                ("[1]", false), ("\"text\"", false), ("7", false), ("{\"", false), ("not JSON", false), ("", false), ("", true),
            ] {
                try checkRefusal(session, text, isAbsent: isAbsent)
            }
            return nil
        },
        ConformanceTest("instance-independent", "Two instances do not know of each other.", after: ["instance-lifecycle"]) { session in
            let first = try session.backend()
            guard first.sample.isPrivate else {
                throw ConformanceStop.skipped("the sample configuration has no ${TEMP}, so two instances would share a backend")
            }
            let second = try session.backend()
            try session.require(.apply, .inventory, in: first)
            try first.run(.apply)
            let there = try first.inventory() ?? []
            let elsewhere = try second.inventory() ?? []
            try expect(
                elsewhere.isEmpty,
                "what apply made through one instance, \(list(elsewhere)), is listed by another with another configuration")
            try second.close()
            let still = try first.inventory() ?? []
            try expect(still == there, "one instance listed \(list(there)), and \(list(still)) after another had been ended")
            if first.offers(.destroy) { try first.run(.destroy) }
            return nil
        },
    ]

    private static func checkRefusal(_ session: ConformanceSession, _ text: String, isAbsent: Bool) throws {
        let plugin = try session.library().plugin
        for directory in [session.workDirectory, session.temporary + "/cache"] { try makeDirectory(directory) }
        let words = CreationSink()
        let bridge = JobBridge(
            id: .new(), operation: nil, stateVersion: 0, workDirectory: session.workDirectory, control: try JobControl(), sink: words)
        let directories = [session.workDirectory, session.temporary + "/cache"]
        session.progress("create")
        let (status, isMade) = try JobRun.call("create", seconds: session.patience.untilCancelSeconds) { () -> (UInt32, Bool) in
            let arena = Arena()
            var host = berth_host()
            host.size = UInt32(MemoryLayout<berth_host>.size)
            host.abi_minor = UInt32(BERTH_ABI_MINOR)
            host.name = arena.text("berth")
            host.version = arena.text(hostVersion)
            host.plugin_dir = arena.text(directories[0])
            host.cache_dir = arena.text(directories[1])
            host.get_extension = { _, _ in nil }
            host.log = { _, _ in }
            let table = arena.allocate(berth_host.self, count: 1)
            table.initialize(to: host)
            var made: OpaquePointer?
            let (status, _) = bridge.run { job in plugin.create(UnsafePointer(table), job, isAbsent ? berth_str() : arena.text(text), &made)
            }
            if status == 0, let made { plugin.destroy_instance(made) }
            withExtendedLifetime(arena) {}
            return (status, made != nil)
        }
        let shown = isAbsent ? "an absent configuration" : "the configuration \(JSONValue.string(text).serialized())"
        let answer = PluginStatus(wire: status)
        try expect(answer == .invalidArgument, "create, given \(shown), answered \(answer), invalid argument was expected")
        try expect(!isMade, "create, given \(shown), refused it and set *out all the same")
        try expect(
            words.words.contains { $0.severity == .error },
            "create, given \(shown), answered \(answer) without a diagnostic of severity ERROR")
    }
}

/// What this process holds.
struct Usage {
    var descriptors: Int
    var threads: Int

    /// The numbers, when they have come to rest: threads that end take a moment.
    static func settled(notAbove other: Usage?) -> Usage {
        var now = current
        for _ in 0..<50 {
            usleep(10_000)
            let next = current
            let isFine = other.map { next.threads <= $0.threads } ?? (next.threads == now.threads)
            now = next
            if isFine { break }
        }
        return now
    }

    private static var current: Usage {
        Usage(descriptors: entries("/proc/self/fd"), threads: entries("/proc/self/task"))
    }

    private static func entries(_ directory: String) -> Int {
        guard let stream = opendir(directory) else { return 0 }
        defer { closedir(stream) }
        var count = 0
        while readdir(stream) != nil { count += 1 }
        return count
    }
}
