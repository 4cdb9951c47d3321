import DockerTestSupport
import Glibc
import JSON
import NIOCore
import Testing

@testable import DockerEngine

@Suite("an engine on another machine, by SSH", .enabled(if: TestSSHServer.isAvailable, Comment(rawValue: TestSSHServer.reason)))
struct SSHTests {
    private let server: TestSSHServer
    private let socket: String

    init() async throws {
        server = try await TestSSHServer.start()
        socket = String(try await TestEngine.shared.endpoint().text.dropFirst("unix://".count))
    }

    @Test("everything works as on this machine: many requests at once, large bodies, streams, cancellation")
    func works() async throws {
        let client = try DockerClient(try server.endpoint(socket: socket))
        #expect(try await client.info()["OSType"] == "linux")
        try await withThrowingTaskGroup(of: Void.self) { group in
            // As many as a server takes that has not authenticated them yet.
            for _ in 0..<8 {
                group.addTask {
                    let image = try await client.image(TestEngine.image)
                    #expect(image["Os"] == "linux")
                }
            }
            try await group.waitForAll()
        }
        let body: JSONValue = ["Image": .string(TestEngine.image), "Cmd": ["sleep", "1000"]]
        let id = try #require(try await client.createContainer(body, name: "by-ssh")["Id"]?.stringValue)
        try await client.startContainer(id)
        var archive = TarArchive()
        archive.addFile("tmp/large", (0..<6_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) })
        try await client.putArchive(archive.finished(), in: id, at: "/")
        var text = ""
        _ = try await client.execute(["sh", "-c", "ls -l /tmp/large"], in: id) { text += String(decoding: $0.bytes, as: UTF8.self) }
        #expect(text.contains(" 6000000 "))
        let waiting = Task { try await client.waitForContainer(id) }
        try await Task.sleep(for: .milliseconds(300))
        waiting.cancel()
        await #expect(throws: CancellationError.self) { _ = try await waiting.value }
        try await client.removeContainer(id)
        let missing = await #expect(throws: DockerError.self) { _ = try await client.container(id) }
        #expect(missing?.isNotFound == true)
    }

    @Test(
        "what ssh and the other side say comes through",
        arguments: [
            ("key", "Permission denied"), ("host", "verification failed"), ("port", "Connection refused"), ("socket", "/nonexistent"),
        ])
    func failures(_ what: String, _ words: String) async throws {
        let endpoint =
            switch what {
            case "key": try server.endpoint(socket: socket, key: "other")
            case "host": try server.endpoint(socket: socket, more: ["-o", "UserKnownHostsFile=/dev/null"])
            case "port": try server.endpoint(socket: socket, more: ["-p", "1"])
            default: try server.endpoint(socket: "/nonexistent")
            }
        let client = try DockerClient(endpoint)
        let error = await #expect(throws: DockerError.self) { _ = try await client.info() }
        #expect(error?.code == .unreachable && error?.message.contains(words) == true, "\(error.map { "\($0)" } ?? "")")
        #expect(error?.message.contains(endpoint.text) == true)
    }

    @Test("without ssh the error says so")
    func noProgram() async throws {
        let endpoint = try DockerEndpoint("ssh://127.0.0.1", ssh: SSHSettings(environment: ["PATH": "/nonexistent"]))
        let error = await #expect(throws: DockerError.self) { _ = try await DockerClient(endpoint).info() }
        #expect(error?.message.contains("cannot find \"ssh\"") == true)
    }

    @Test("nothing is left of a client that nobody knows any more")
    func end() async throws {
        guard case .ssh(let destination) = try server.endpoint(socket: socket).address else { return #expect(Bool(false)) }
        var bridge: SSHBridge? = SSHBridge(destination)
        let origin = try #require(try bridge?.origin())
        let path = String(origin.dropFirst("http+unix://".count)).replacing("%2F", with: "/")
        #expect(access(path, F_OK) == 0)
        #expect(try bridge?.origin() == origin)
        bridge = nil
        #expect(access(path, F_OK) != 0)
    }
}
