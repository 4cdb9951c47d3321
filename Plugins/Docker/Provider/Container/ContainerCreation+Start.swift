import DockerEngine
import HCL
import JSON
import ProviderKit

extension ContainerCreation {
    private static let logSizeMax = 4 << 20
    private static let excerptLines = 20

    func start(_ id: String) async throws {
        let name = planned.string("name") ?? ""
        do {
            try await backend.client().startContainer(id)
        } catch let error as DockerError {
            throw ProviderError(error, "start the container \(name.goQuoted)", at: ContainerCulprit.attribute(in: error.message, planned))
        }
        if planned.bool("wait") == true { return try await waitUntilHealthy(id, name) }
        let isToRun = planned.bool("must_run") != false && planned.bool("attach") != true && planned.bool("rm") != true
        guard isToRun, planned.string("restart") == "no", let findings = try await inspect(id), !findings.isRunning else { return }
        throw ProviderError(
            "The container \(name.goQuoted) ended at once",
            "It ended with exit code \(findings.exitCode). \(await excerpt(id))\n\nIf it is meant to end, set must_run = false.")
    }

    private func inspect(_ id: String) async throws -> ContainerFindings? {
        try await backend.find("read the container \(id.goQuoted)") { try await $0.container(id) }.map { ContainerFindings(inspection: $0) }
    }

    private func waitUntilHealthy(_ id: String, _ name: String) async throws {
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
                    "It ended with exit code \(findings.exitCode). \(await excerpt(id))")
            }
            guard ContinuousClock.now < end else {
                throw ProviderError(
                    "The container \(name.goQuoted) is not healthy",
                    "After \(seconds) seconds its health is \(health.goQuoted). \(await excerpt(id))", at: .attribute("healthcheck"))
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
            return planned.bool("logs") == true ? try await output(id, client, DockerClient.LogOptions()) : nil
        }
    }

    private func output(_ id: String, _ client: DockerClient, _ options: DockerClient.LogOptions) async throws -> String {
        var bytes: [UInt8] = []
        try await client.logs(id, options, isTerminal: planned.bool("tty") == true) { frame in
            guard bytes.count + frame.bytes.count <= Self.logSizeMax else {
                throw DockerError(
                    .invalidAnswer, "the container printed more than \(Self.logSizeMax >> 20) MiB, which is too much for a state")
            }
            bytes += frame.bytes
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The last that a container printed, for a diagnostic.
    private func excerpt(_ id: String) async -> String {
        var options = DockerClient.LogOptions()
        options.tail = String(Self.excerptLines)
        let text: String
        do {
            text = try await output(id, try backend.client(), options)
        } catch {
            return "What it printed cannot be read: \(error)"
        }
        if text.isEmpty { return "It printed nothing." }
        return "The last it printed:\n\n\(text.suffix(4000))"
    }
}
