import JSON
import PluginLoading
import PluginSupervision
import TestSupport
import Testing

/// The host's own process is killed at everything it does; its successor finds all there is.
@Suite struct KilledHostTests {
    @Test("a host killed at any point of an apply or a destroy is succeeded by one that loses nothing", arguments: ["apply", "destroy"])
    func killed(_ operation: String) async throws {
        var point = 1
        while true {
            let number = point
            let wasKilled = try await Fixture.with { fixture in
                let world = try SimWorld(fixture, name: "\(operation)-\(number)")
                if operation == "destroy" {
                    let settings = try world.settings()
                    let plugin = try await SupervisedPlugin.make(
                        world.manifest, configuration: world.configuration(), settings: settings, logger: quietLogger)
                    try await world.run(plugin, .apply)
                    await plugin.close()
                    settings.directory.release()
                }
                let result = try await run(
                    Package.products + "/TestHost",
                    [
                        world.manifest.path, world.configuration().serialized(), world.workspace, world.template, operation,
                        SimWorld.inputs.serialized(), Package.products + "/berth-plugin-worker", String(number),
                    ])
                if result.status == 0 { return false }
                #expect(result.status == 128 + 9, "\(result.output)")
                // Opening the directory ends the stray worker; only then may the backend be looked at.
                let settings = try world.settings()
                let plugin = try await fixture.supervised(world.manifest, configuration: world.configuration(), settings: settings)
                _ = try await JobRunner(plugin, store: try world.store).recoverUnfinished(observer: RecordingObserver())
                try await world.expectNothingLost(plugin, "after the host was killed at point \(number) of \(operation)")
                return true
            }
            if !wasKilled { break }
            point += 1
        }
        #expect(point > 20)
    }
}
