import DockerEngine
import HCL
import JSON
import ProviderKit

extension DockerOperations {
    /// Removes what carries the label of a deployment and belongs to no workspace that exists.
    ///
    /// Containers go before the networks, volumes and images that they use. What cannot be removed is told in the report, and
    /// the rest goes on; only an engine that cannot be asked at all is thrown.
    ///
    /// - Parameters:
    ///   - workspaces: the values of the label `berth.workspace` whose objects stay.
    ///   - includesData: whether volumes, and images that ``commit(_:as:message:pauses:)`` made, go too: they may hold what a user wrote.
    ///   - ageSecondsMin: younger objects stay, because the list of workspaces may be older than they are.
    ///   - dryRun: whether to only tell what would be removed.
    ///   - progress: told of each object as it is done with.
    package func pruneOrphans(
        deployment: String, keeping workspaces: Set<String>, includesData: Bool = false, ageSecondsMin: Int = 60, dryRun: Bool,
        progress: (PruneReport.Entry) -> Void = { _ in }
    ) async throws -> PruneReport {
        guard !deployment.isEmpty else {
            throw ProviderError("Unknown deployment", "Without the label of a deployment, nothing can be told to be its own.")
        }
        let objects = try await inventory(labels: [DockerLabels.deployment: deployment])
        let now = try await engineSeconds()
        var report = PruneReport()
        for object in objects where !workspaces.contains(object.labels[DockerLabels.workspace] ?? "") {
            try Task.checkCancellation()
            let outcome: PruneReport.Outcome =
                if !includesData, object.mayHoldData {
                    .kept("it may hold a user's data")
                } else if let created = object.createdSeconds, now - created < ageSecondsMin {
                    .kept("it was made only just now")
                } else if dryRun {
                    .removable
                } else {
                    await removal(of: object, includesData: includesData)
                }
            try Task.checkCancellation()
            let entry = PruneReport.Entry(object: object, outcome: outcome)
            report.entries.append(entry)
            progress(entry)
        }
        return report
    }

    /// The engine's clock, by which its objects are dated.
    private func engineSeconds() async throws -> Int {
        let text = try await backend.ask("ask the engine for its time") { try await $0.info() }["SystemTime"]?.stringValue ?? ""
        do {
            return Int(try Timestamp.parse(text, .lenient).seconds)
        } catch {
            throw ProviderError(
                "Unknown time", "The engine's time \(text.goQuoted) cannot be read, so the age of nothing is known: \(error)")
        }
    }

    private func removal(of object: DockerObject, includesData: Bool) async -> PruneReport.Outcome {
        do {
            let title = "remove the \(object.kind.rawValue) \(object.name.goQuoted)"
            // Nothing of the name is what was wanted.
            _ = try await backend.find(title) { client in
                switch object.kind {
                case .container: try await client.removeContainerForGood(object.id, volumes: includesData)
                case .network: try await client.removeNetwork(object.id)
                case .volume: try await removeVolume(object, client)
                case .image: try await removeImage(object, client)
                }
            }
            return .removed
        } catch let error as Stays {
            return .kept(error.reason)
        } catch {
            return .failed("\(error)")
        }
    }

    /// A volume is known by its name alone, so that another may have it by now.
    private func removeVolume(_ object: DockerObject, _ client: DockerClient) async throws {
        guard try await client.volume(object.id)["Labels"]?.strings == object.labels else {
            throw Stays(reason: "another volume has the name now")
        }
        try await client.removeVolume(object.id)
    }

    private func removeImage(_ object: DockerObject, _ client: DockerClient) async throws {
        // An image loses its names even if it cannot be removed itself.
        if let user = try await list(.container).first(where: { $0.imageID == object.id }) {
            throw Stays(reason: "the container \(user.name.goQuoted) was made of it")
        }
        for reference in object.references {
            do {
                try await client.removeImage(reference)
            } catch let error as DockerError where error.isNotFound {
                // It went with another of its names.
                continue
            }
        }
        if object.references.isEmpty { try await client.removeImage(object.id) }
    }

    private struct Stays: Error { var reason: String }
}

extension DockerObject {
    /// Whether a user may have written what is in it.
    fileprivate var mayHoldData: Bool { kind == .volume || kind == .image && labels[DockerLabels.snapshot] != nil }

    fileprivate var createdSeconds: Int? {
        // It is our own text.
        created.flatMap { try? Timestamp.parse($0, .lenient) }.map { Int($0.seconds) }
    }
}

extension DockerClient {
    /// Removes a container, and waits for a removal that is on its way already.
    func removeContainerForGood(_ id: String, volumes: Bool) async throws {
        do {
            try await removeContainer(id, volumes: volumes)
        } catch let error as DockerError where error.isConflict && error.message.contains("already in progress") {
            _ = try await waitForContainer(id, condition: "removed")
        }
    }
}
