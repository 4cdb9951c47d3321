import DockerEngine
import HCL
import JSON
import ProviderKit

extension ContainerCreation {
    /// How long a container has to run so that it did not end at once. Every start takes so much longer.
    static let patience = Duration.milliseconds(50)

    /// Starts it, and sees that it does not end at once.
    func start(_ id: String) async throws {
        let name = planned.string("name") ?? ""
        do {
            try await backend.client().startContainer(id)
        } catch let error as DockerError {
            throw ProviderError(error, "start the container \(name.goQuoted)", at: ContainerCulprit.attribute(in: error.message, planned))
        }
        try await refuseEnd(id)
    }

    /// Tells of a container that ended at once though it is to run.
    private func refuseEnd(_ id: String) async throws {
        let isToRun = planned.bool("must_run") != false && planned.bool("attach") != true && planned.bool("rm") != true
        guard isToRun, planned.string("restart") == "no" else { return }
        try await Task.sleep(for: Self.patience)
        guard let findings = try await inspect(id), !findings.isRunning else { return }
        throw ProviderError(
            "The container \(findings.name.goQuoted) ended at once",
            "It ended with exit code \(findings.exitCode). \(await output(id).excerpt())\n\nIf it is meant to end, set must_run = false.",
            at: ContainerCulprit.program(planned))
    }

    private func inspect(_ id: String) async throws -> ContainerFindings? {
        try await backend.find("read the container \(id.goQuoted)") { try await $0.container(id) }.map { ContainerFindings(inspection: $0) }
    }

    func waitUntilHealthy(_ id: String) async throws {
        let name = planned.string("name") ?? ""
        let seconds = max(1, planned.integer("wait_timeout") ?? 60)
        let end = ContinuousClock.now + .seconds(seconds)
        while true {
            guard let findings = try await inspect(id) else {
                throw ProviderError("The container \(name.goQuoted) is gone", "It was removed before it was healthy.")
            }
            guard let health = findings.health else {
                throw ProviderError(
                    "The container \(name.goQuoted) has no healthcheck",
                    "You have supplied a 'wait' argument, but neither the image nor the template has a healthcheck. Remove 'wait', or add a 'healthcheck' block.",
                    at: .attribute("wait"))
            }
            if health == "healthy" { return }
            guard findings.isRunning else {
                throw ProviderError(
                    "The container \(name.goQuoted) ended before it was healthy",
                    "It ended with exit code \(findings.exitCode). \(await output(id).excerpt())")
            }
            guard ContinuousClock.now < end else {
                throw ProviderError(
                    "The container \(name.goQuoted) is not healthy",
                    "After \(seconds) seconds its health is \(health.goQuoted). \(await output(id).excerpt())",
                    at: .attribute("healthcheck"))
            }
            try await Task.sleep(for: .milliseconds(200))
        }
    }

    /// Waits until the container has ended.
    ///
    /// - Returns: what it printed, if that is wanted.
    func attach(_ id: String) async throws -> String? {
        let name = planned.string("name") ?? ""
        return try await backend.ask("wait for the end of the container \(name.goQuoted)") { client in
            _ = try await client.waitForContainer(id)
            return planned.bool("logs") == true ? try await output(id).text(client, DockerClient.LogOptions()) : nil
        }
    }

    private func output(_ id: String) -> ContainerOutput {
        ContainerOutput(backend: backend, id: id, isTerminal: planned.bool("tty") == true)
    }
}
