import PluginLoading
import PluginSupervision
import TestSupport
import Testing

/// Lives of workspaces, in which the n-th thing of every step is a kill: one life for each n, until no step has so many things.
enum KillRounds {
    /// Lives at one time.
    private static let width = 4
    /// Runs a step in which something is killed at its n-th point, and recovers.
    ///
    /// - Returns: what happened at the point; nil if the step has fewer points, and so is done.
    typealias Attempt = @Sendable (_ world: KillWorld, _ step: KillWorld.Step, _ number: Int) async throws -> String?

    /// - Parameters:
    ///   - numberMax: where steps may have more things than are worth trying.
    ///   - isSettledAtOnce: whether record and engine agree before the next job.
    /// - Returns: how many kills there were.
    static func run(_ name: String, stride: Int = 1, numberMax: Int = 400, isSettledAtOnce: Bool = true, _ attempt: @escaping Attempt) async
        -> Int
    {
        let start = ContinuousClock.now
        let kills = await withTaskGroup(of: Int.self) { group in
            var (number, total, isOver) = (1, 0, false)
            for _ in 0..<width {
                let first = number
                group.addTask { await life("\(name.lowercased())-\(first)", first, isSettledAtOnce, attempt) }
                number += stride
            }
            while let kills = await group.next() {
                total += kills
                // The lives of higher numbers that run already come to nothing, too.
                isOver = isOver || kills == 0 || number > numberMax
                if isOver { continue }
                let next = number
                group.addTask { await life("\(name.lowercased())-\(next)", next, isSettledAtOnce, attempt) }
                number += stride
            }
            return total
        }
        print("\(name): \(kills) kills in \(ContinuousClock.now - start)")
        return kills
    }

    /// Create, stop, start and delete, each disturbed and then done in peace.
    private static func life(_ name: String, _ number: Int, _ isSettledAtOnce: Bool, _ attempt: @escaping Attempt) async -> Int {
        do {
            return try await Fixture.with { try await live($0, name, number, isSettledAtOnce, attempt) }
        } catch {
            // The others go on.
            Issue.record(error, "\(name)")
            return 1
        }
    }

    private static func live(_ fixture: Fixture, _ name: String, _ number: Int, _ isSettledAtOnce: Bool, _ attempt: Attempt) async throws
        -> Int
    {
        let world = try await KillWorld(fixture, name)
        var kills = 0
        for step in KillWorld.Step.allCases {
            let place = "with \(step) killed at \(number) of \(name)"
            if let point = try await attempt(world, step, number) {
                kills += 1
                if isSettledAtOnce { try await world.expectAgreement("\(place), \(point)") }
            }
            // What was left of a stop is what the next start finds.
            if step == .stop { continue }
            try await world.run(step, place)
            if step == .delete {
                try await world.expectNothingLeft(place)
            } else {
                try await world.expectUsable(place, hasContent: step == .start)
            }
        }
        return kills
    }
}
