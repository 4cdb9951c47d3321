import Glibc
import PluginLoading

extension ConformanceSuite {
    static let recoverTests: [ConformanceTest] = [
        ConformanceTest(
            "recover-after-kill", "Whenever the process dies, nothing is lost.", requirements: ["P-042"],
            after: ["apply-idempotent", "destroy-repeatable"], timeLimitSeconds: 120
        ) { session in
            try RecoveryTest(session).run()
        }
    ]
}

/// Kills apply and destroy at every call to the host, and recover in turn, and looks what becomes of it.
private final class RecoveryTest {
    private let session: ConformanceSession
    private let helper: ConformanceHelper
    private var points = 0
    private var rounds = 0
    private var types: Set<String> = []

    /// A place at which a process dies.
    private struct Point {
        var call: HostCall
        var isAfter: Bool

        var description: String { "was killed \(isAfter ? "after" : "before") \(call.description)" }
    }

    init(_ session: ConformanceSession) throws {
        self.session = session
        guard let helper = session.helper else { throw ConformanceStop.skipped("there is no way to start further processes") }
        self.helper = helper
    }

    func run() throws -> String {
        let reference = try session.backend()
        try session.require(.apply, .destroy, in: reference)
        let apply = try reference.run(.apply)
        try apply.expectOK()
        types = try reference.inventoryTypes()
        let destroy = try reference.run(.destroy)
        try destroy.expectOK()
        for (operation, record) in [(JobOperation.apply, apply), (.destroy, destroy)] {
            for point in Self.places(of: record.said.calls, max: session.placesMax / 4) { try check(operation, point) }
        }
        return "\(points) places"
    }

    /// Before every call, and after those that have an effect. If there are too many, checkpoints come first.
    private static func places(of calls: [HostCall], max: Int) -> [Point] {
        var points: [Point] = []
        for call in calls {
            points.append(Point(call: call, isAfter: false))
            if call.function == "checkpoint" { points.append(Point(call: call, isAfter: true)) }
        }
        guard points.count > max else { return points }
        return Array((points.filter { $0.call.function == "checkpoint" } + points.filter { $0.call.function != "checkpoint" }).prefix(max))
    }

    private func check(_ operation: JobOperation, _ point: Point) throws {
        guard points < session.placesMax else { return }
        let when = "\(operation), which \(point.description),"
        guard let checkpoints = try settle(after: operation, point, "after \(when)", recoveryKill: nil) else { return }
        for number in stride(from: 1, through: checkpoints, by: 1) {
            for isAfter in [false, true] where points < session.placesMax {
                let place = "was killed \(isAfter ? "after" : "before") checkpoint \(number)"
                _ = try settle(
                    after: operation, point, "after \(when) and a first recover, which \(place),", recoveryKill: (number, isAfter))
            }
        }
    }

    /// Loses a job, recovers, compares, destroys.
    ///
    /// - Returns: how many checkpoints recover stored; nil if the job was not lost or the plugin does not offer recover.
    private func settle(
        after operation: JobOperation, _ point: Point, _ when: String, recoveryKill: (number: Int, isAfter: Bool)?
    ) throws -> Int? {
        rounds += 1
        let directory = session.temporary + "/data/lost\(rounds)"
        let id = OperationID.new()
        var phase = RecoveryPhase(
            operation, id: id, interrupted: operation, call: point.call.number, isAfter: point.isAfter, directory: directory)
        let version = try session.library().descriptor.stateVersion
        if operation == .destroy {
            let backend = try session.backend(directory: directory)
            try backend.run(.apply).expectOK()
            if let checkpoint = backend.checkpoint { _ = phase.store(checkpoint) }
            backend.checkpoint = nil
        }
        let isLost = try lose(phase)
        points += 1
        let backend = try session.backend(directory: directory)
        backend.checkpoint = phase.storedCheckpoint(version: version)
        var recovered: JobRecord?
        if isLost, backend.offers(.recover) {
            if let kill = recoveryKill {
                phase.operation = .recover
                phase.call = kill.number
                phase.isAfter = kill.isAfter
                phase.countsCheckpoints = true
                _ = try lose(phase)
                backend.checkpoint = phase.storedCheckpoint(version: version)
            }
            let record = try backend.run(.recover, id: id) { $0.interrupted = operation.wire }
            try record.expectOK(when)
            if let found = try backend.inventory() {
                let reported = Backend.listable(record, types)
                try expect(found == reported, "recover \(when) reports \(list(reported)), the inventory lists \(list(found))")
            } else if backend.offers(.read) {
                let read = try backend.run(.read)
                try expect(
                    read.remoteIDs == record.remoteIDs, "recover \(when) reports \(list(record.remoteIDs)), read \(list(read.remoteIDs))")
            }
            recovered = record
        }
        try backend.run(.destroy).expectOK(when)
        let left = try backend.inventory() ?? []
        try expect(left.isEmpty, "the inventory lists \(list(left)) after recover and destroy \(when) nothing was expected")
        try backend.close()
        unlink(phase.stateFile)
        removeTree(directory)
        return recovered?.said.checkpoints.count
    }

    /// Runs a job in a process of its own, which is to die in it.
    ///
    /// - Returns: whether it did; if not, the job came to its end before.
    private func lose(_ phase: RecoveryPhase) throws -> Bool {
        let ending = try helper.run(phase: phase.text, seconds: session.patience.untilCancelSeconds + session.patience.graceSeconds)
        switch ending.reason {
        case .signalled(SIGKILL): return true
        case .exited(0): return false
        case .exited(let status):
            throw ConformanceStop.failed(
                "\(phase.operation) in a process of its own ended with status \(status): \(String(decoding: ending.output.suffix(500), as: UTF8.self))"
            )
        case .signalled(let signal): throw ConformanceStop.failed("\(phase.operation) in a process of its own died of signal \(signal)")
        case .timedOut: throw ConformanceStop.failed("\(phase.operation) in a process of its own did not return")
        }
    }
}
