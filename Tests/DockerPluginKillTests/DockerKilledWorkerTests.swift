import DockerTestSupport
import PluginLoading
import PluginSupervision
import TestSupport
import Testing

/// A worker is killed at every request that it makes of a real engine, in every step of a workspace's life.
@Suite(.enabled(if: TestEngine.isAvailable, Comment(rawValue: TestEngine.reason)))
struct DockerKilledWorkerTests {
    /// A request of a step after which nobody knows what was made, or ended.
    private static func blow(to step: KillWorld.Step) -> String {
        switch step {
        case .create: "POST /networks/create"
        case .stop: "DELETE /containers/*"
        case .start: "POST /containers/create"
        case .delete: "DELETE /volumes/*"
        }
    }

    /// A fate, of each which request it is, and how many kills its test makes at least; fewer would mean that requests were not
    /// tried. Before a request is much as after the one before it, so that every other is enough.
    @Test(
        "a worker killed at any request of create, stop, start or delete loses nothing, and leaves nothing",
        arguments: [(ProxyFate.killBefore, 2, 20), (.killDuring, 1, 40), (.killAfter, 1, 40)])
    func requests(_ fate: ProxyFate, _ stride: Int, _ killsMin: Int) async throws {
        let kills = await KillRounds.run("\(fate)", stride: stride) { world, step, number in
            world.harm.arm([number: fate])
            let result = try await world.withPlugin {
                try await JobRunner($0, store: try world.store).run(world.request(step), observer: RecordingObserver())
            }
            guard let request = world.harm.disarm() else {
                #expect(result.report.outcome == .succeeded, "\(step) of \(world.id): \(KillWorld.words(of: result.report))")
                return nil
            }
            #expect(result.report.outcome == .lost, "\(request.kind)")
            #expect(result.recovery?.outcome == .succeeded, "\(request.kind)")
            return request.kind
        }
        #expect(kills >= killsMin)
    }

    @Test(
        "a worker killed around any checkpoint loses nothing, and leaves nothing",
        arguments: [(KillingStore.Moment.before, 40), (.after, 40)])
    func checkpoints(_ moment: KillingStore.Moment, _ killsMin: Int) async throws {
        let kills = await KillRounds.run("checkpoint-\(moment)") { world, step, number in
            let store = KillingStore(store: try world.store, moment: moment, number: number) { world.killWorkers() }
            let result = try await world.withPlugin {
                try await JobRunner($0, store: store).run(world.request(step), observer: RecordingObserver())
            }
            guard store.hasKilled else {
                #expect(result.report.outcome == .succeeded, "\(step) of \(world.id): \(KillWorld.words(of: result.report))")
                return nil
            }
            #expect(result.recovery?.outcome == .succeeded, "\(step) of \(world.id): \(KillWorld.words(of: result.report))")
            return "\(moment) checkpoint \(number)"
        }
        #expect(kills >= killsMin)
    }

    @Test(
        "a recovery that is killed itself, at its first requests, is done again and loses nothing",
        arguments: [ProxyFate.killBefore, .killAfter])
    func recovery(_ fate: ProxyFate) async throws {
        let kills = await KillRounds.run("recovery-\(fate)", numberMax: 5) { world, step, number in
            world.harm.arm([number: fate], after: (Self.blow(to: step), .killDuring))
            let result = try await world.withPlugin {
                try await JobRunner($0, store: try world.store).run(world.request(step), observer: RecordingObserver())
            }
            #expect(result.recovery?.outcome == .succeeded, "\(step) of \(world.id)")
            return world.harm.disarm().map { "\($0.kind) of recovery" }
        }
        #expect(kills >= 8)
    }
}
