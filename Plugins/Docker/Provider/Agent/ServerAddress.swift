import DockerEngine
import HCL
import JSON
import ProviderKit

/// Where a container finds a server whose own address is a loopback one, which to the container means itself.
///
/// The address is looked for where the container will be, and tried from here; the container gets it as a variable that the
/// template knows nothing of. Nothing here fails a build: what could not be found is in its log.
struct ServerAddress {
    let backend: DockerBackend
    let operation: ProviderOperation
    let planned: Value
    let server: ServerURL

    /// Nil for a container that starts no agent, that is told by its template where the server is, or that can reach it as it is.
    init?(_ backend: DockerBackend, _ operation: ProviderOperation, _ planned: Value) {
        guard let delivery = operation.environment.agents, planned.startsAgent,
            let server = ServerURL(delivery.accessURL), server.isLoopback,
            !(planned.strings("env") ?? []).contains(where: { $0.hasPrefix("\(AgentDelivery.urlVariable)=") })
        else { return nil }
        (self.backend, self.operation, self.planned, self.server) = (backend, operation, planned, server)
    }

    /// An address that the container may reach, and what it is.
    struct Candidate: Equatable {
        var host: String
        var reason: String
        /// Whether it can be tried from here.
        var isKnownHere = true
    }

    /// What to add to the container's variables.
    func variables() async throws -> [String] {
        do {
            return try await chosen().map { ["\(AgentDelivery.urlVariable)=\($0)"] } ?? []
        } catch let error as ProviderError {
            // Whatever is wrong with the engine or a network is going to be told by the steps that need it.
            operation.log("where the container reaches the server could not be found out: \(error)")
            return []
        }
    }

    private func chosen() async throws -> ServerURL? {
        let candidates: [Candidate]
        switch try await ContainerSurroundings(backend: backend, planned: planned, port: server.port).find() {
        case .same:
            operation.log("the container shares the network of the server's machine, and reaches the server at \(server)")
            return nil
        case .unreachable(let reason):
            operation.log("the agent cannot reach the server at \(server): \(reason)")
            return nil
        case .candidates(let found): candidates = found
        }
        for candidate in candidates {
            let url = self.url(candidate)
            guard candidate.isKnownHere, !(await LocalMachine.answers(candidate.host, server.port)) else {
                operation.log(
                    "the agent is to reach the server at \(url), \(candidate.reason), because \(server) is the container itself to it")
                return url
            }
            try Task.checkCancellation()
        }
        guard let best = candidates.first else {
            operation.log(
                "the agent cannot reach the server at \(server), which is the container itself to it, and no other address was found: give the server an access URL that containers reach"
            )
            return nil
        }
        let tried = candidates.map { "\(self.url($0)) (\($0.reason))" }.joined(separator: ", ")
        operation.log(
            "the agent cannot reach the server at \(server), which is the container itself to it, and nothing answers at \(tried): let the server listen on \(best.host) or on all addresses, or give it an access URL that containers reach; the agent is going to try \(url(best))"
        )
        return url(best)
    }

    private func url(_ candidate: Candidate) -> ServerURL {
        var url = server
        url.host = candidate.host
        return url
    }
}
