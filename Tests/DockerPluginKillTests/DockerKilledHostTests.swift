import DockerTestSupport
import JSON
import PluginLoading
import PluginSupervision
import TestSupport
import Testing

/// The host's own process is killed, in every step of a workspace's life; its successor recovers.
@Suite(.enabled(if: TestEngine.isAvailable, Comment(rawValue: TestEngine.reason)))
struct DockerKilledHostTests {
    @Test("a host killed before or after any change of the record is succeeded by one that loses nothing, and leaves nothing")
    func record() async throws {
        let kills = await KillRounds.run("record") { try await kill("record \($2)", $0, $1) }
        #expect(kills >= 80)
    }

    @Test("a host killed while its plugin speaks is succeeded by one that loses nothing, and leaves nothing")
    func words() async throws {
        let kills = await KillRounds.run("words", stride: 10) { try await kill("words \($2)", $0, $1) }
        #expect(kills >= 10)
    }

    /// - Returns: where the host was killed; nil if it came to the end.
    private func kill(_ point: String, _ world: KillWorld, _ step: KillWorld.Step) async throws -> String? {
        let result = try await run(
            Package.products + "/TestHost",
            [
                world.manifest.path, world.configuration.serialized(), world.directory, world.template, step.operation.description,
                world.inputs(step).serialized(), Package.products + "/berth-plugin-worker", point,
            ])
        if result.status == 0 { return nil }
        #expect(result.status == 128 + 9, "\(result.output)")
        let recovery = try await world.withPlugin {
            try await JobRunner($0, store: try world.store).recoverUnfinished(observer: RecordingObserver())
        }
        if let recovery { #expect(recovery.outcome == .succeeded, "\(KillWorld.words(of: recovery))") }
        return point
    }
}
