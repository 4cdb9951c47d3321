import HostAPI
import HostAccess
import Logging
import NIOCore
import Scalars
import Synchronization

/// A server on a port of its own for the length of a test.
struct TestServer: Sendable {
    let port: Int
    let keys: TestKeys

    func client(_ token: APIKeyToken? = nil) -> TestClient {
        TestClient(port: port, token: token?.text)
    }

    static func run(
        _ routes: [Route] = [], limits: ServerLimits = ServerLimits(), certificate: (chain: String, key: String)? = nil,
        _ body: @escaping @Sendable (TestServer) async throws -> Void
    ) async throws {
        let keys = TestKeys()
        var configuration = APIServerConfiguration(
            listeners: [.init(host: "127.0.0.1", port: 0, certificate: certificate)], accessURL: "http://berth.test", version: "v0.0.0-test",
            deploymentID: "00000000-0000-0000-0000-000000000001")
        configuration.limits = limits
        let server = try APIServer(configuration, routes: routes, authenticator: keys, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run { address in port.yield(address.port ?? 0) } }
            group.addTask {
                for await port in ports {
                    try await body(TestServer(port: port, keys: keys))
                    break
                }
                server.shutDown()
            }
            try await group.waitForAll()
        }
    }
}

/// Keys that are good.
final class TestKeys: Authenticator {
    private let sessions = Mutex<[String: (hash: [UInt8], session: Session)]>([:])

    func add(_ actor: HostAccess.Actor) -> APIKeyToken {
        let token = APIKeyToken()
        sessions.withLock {
            $0[token.id] = (token.secretHash, Session(keyID: token.id, actor: actor, expiresAt: .now() + .seconds(3600)))
        }
        return token
    }

    func session(of token: APIKeyToken, address: String) async throws -> Session? {
        guard let found = sessions.withLock({ $0[token.id] }), token.matches(found.hash) else { return nil }
        return found.session
    }
}

extension HostAccess.Actor {
    static let owner = HostAccess.Actor(id: .random(), username: "ada", roles: [.owner], organizations: [:])
    static let member = HostAccess.Actor(id: .random(), username: "bob", roles: [], organizations: [:])
}
