import JSON
import PluginLoading
import PluginSupervision
import ResourceGraph
import TestSupport
import Testing

/// The worker is killed before and after every call it makes of its host.
@Suite struct KilledWorkerTests {
    enum Moment: String, CaseIterable {
        case before, after
    }

    /// How many host calls an undisturbed apply of the example makes at least; fewer would mean that points were not tried.
    static let callsMin = 15

    @Test("a worker killed between any two host calls of an apply loses nothing", arguments: Moment.allCases)
    func apply(_ moment: Moment) async throws {
        let points = try await killEverywhere(in: "apply", moment) { _, _ in }
        #expect(points >= Self.callsMin)
    }

    @Test("a worker killed between any two host calls of a destroy loses nothing", arguments: Moment.allCases)
    func destroy(_ moment: Moment) async throws {
        let points = try await killEverywhere(in: "destroy", moment) { world, plugin in
            try await world.run(plugin, .apply)
        }
        #expect(points >= 9)
    }

    @Test("a worker killed between any two host calls of an action loses nothing", arguments: Moment.allCases)
    func action(_ moment: Moment) async throws {
        let points = try await killEverywhere(in: "resize", moment) { world, plugin in
            try await world.run(plugin, .apply)
        }
        #expect(points >= 2)
    }

    @Test("a recovery that is killed itself, at every call, is run again until it succeeds", arguments: Moment.allCases)
    func recover(_ moment: Moment) async throws {
        // Around this call of apply a disk exists that no checkpoint has a handle of.
        let lost: JSONValue = ["operation": "apply", "call": 3, "when": "before"]
        var point = 1
        while true {
            let number = point
            let wasLost = try await Fixture.with { fixture in
                let world = try SimWorld(fixture, name: "recover-\(number)")
                let settings = try world.settings()
                let crash: JSONValue = ["operation": "recover", "call": .integer(Int64(number)), "when": .string(moment.rawValue)]
                let failing = try await fixture.supervised(
                    world.manifest, configuration: world.configuration(["crashes": [lost, crash]]), settings: settings)
                let runner = JobRunner(failing, store: try world.store)
                var wasLost = false
                do {
                    let result = try await runner.run(world.request(.apply), observer: RecordingObserver())
                    #expect(result.report.outcome == .lost)
                    #expect(result.recovery?.outcome == .succeeded)
                } catch let error as PluginError {
                    #expect(error.code == .lost)
                    #expect(try world.store.unfinished() != nil, "a job that could not be recovered must stay noted")
                    wasLost = true
                }
                let healthy = try await fixture.supervised(world.manifest, configuration: world.configuration(), settings: settings)
                _ = try await JobRunner(healthy, store: try world.store).recoverUnfinished(observer: RecordingObserver())
                try await world.expectNothingLost(healthy, "after a recovery killed \(moment) call \(number)")
                return wasLost
            }
            if !wasLost { break }
            point += 1
        }
        #expect(point > 2)
    }

    /// Runs an operation again and again, killed at the first call, the second, and so on until it is not killed any more.
    ///
    /// - Returns: how many points there were.
    private func killEverywhere(
        in operation: String, _ moment: Moment, prepare: @Sendable @escaping (SimWorld, any PluginInstance) async throws -> Void
    ) async throws -> Int {
        var point = 1
        while true {
            let number = point
            let wasKilled = try await Fixture.with { fixture in
                let world = try SimWorld(fixture, name: "\(operation)-\(number)")
                let settings = try world.settings()
                let crash: JSONValue = ["operation": .string(operation), "call": .integer(Int64(number)), "when": .string(moment.rawValue)]
                let failing = try await fixture.supervised(
                    world.manifest, configuration: world.configuration(["crashes": [crash]]), settings: settings)
                try await prepare(world, failing)
                let request =
                    operation == "resize"
                    ? world.request(.action(id: "resize", arguments: [.u64(20)]), resource: "sim_disk.home")
                    : world.request(JobOperation(name: operation)!)
                let result = try await JobRunner(failing, store: try world.store).run(request, observer: RecordingObserver())
                guard result.report.outcome == .lost else {
                    #expect(result.report.outcome == .succeeded, "\(String(describing: result.report.error))")
                    return false
                }
                #expect(result.report.error?.message.contains("signal 9") == true)
                #expect(result.recovery?.outcome == .succeeded)
                let healthy = try await fixture.supervised(world.manifest, configuration: world.configuration(), settings: settings)
                try await world.expectNothingLost(healthy, "after a kill \(moment) call \(number) of \(operation)")
                return true
            }
            if !wasKilled { return point - 1 }
            point += 1
        }
    }
}

extension SimWorld {
    /// Runs an operation that must succeed.
    func run(_ plugin: any PluginInstance, _ operation: JobOperation) async throws {
        let report = try await JobRunner(plugin, store: try store).run(request(operation), observer: RecordingObserver()).report
        #expect(report.outcome == .succeeded)
    }
}
