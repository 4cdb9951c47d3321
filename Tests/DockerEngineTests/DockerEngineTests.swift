import DockerTestSupport
import JSON
import NIOCore
import Testing

@testable import DockerEngine

@Suite("the client of a Docker Engine", .enabled(if: TestEngine.isAvailable, Comment(rawValue: TestEngine.reason)))
struct DockerEngineTests {
    private let client: DockerClient

    init() async throws { client = try await TestEngine.shared.client() }

    private func container(_ name: String, _ command: [String], _ more: JSONValue = [:]) async throws -> String {
        var body: JSONValue = ["Image": .string(TestEngine.image), "Cmd": .array(command.map { .string($0) })]
        for (key, value) in more.objectValue ?? [:] { body[key] = value }
        return try #require(try await client.createContainer(body, name: name)["Id"]?.stringValue)
    }

    @Test("both sides agree on a version, and the engine says what it is")
    func version() async throws {
        let version = try await client.version()
        #expect(version >= .oldest && version <= .newest)
        #expect(try await client.engineVersion()["ApiVersion"]?.stringValue.flatMap { APIVersion($0) }.map { $0 >= version } == true)
        #expect(try await client.info()["OSType"]?.stringValue == "linux")
    }

    @Test("a container is made, started, waited for, and its output and errors are told apart")
    func life() async throws {
        let id = try await container("engine-life", ["sh", "-c", "echo out; echo err >&2; exit 3"])
        try await client.startContainer(id)
        #expect(try await client.waitForContainer(id) == 3)
        try await client.stopContainer(id)
        var frames: [OutputFrames.Frame] = []
        try await client.logs(id, isTerminal: false) { frames.append($0) }
        #expect(Set(frames) == [.init(source: .output, bytes: Array("out\n".utf8)), .init(source: .errors, bytes: Array("err\n".utf8))])
        try await client.removeContainer(id)
        let error = await #expect(throws: DockerError.self) { _ = try await client.container(id) }
        #expect(error?.isNotFound == true && error?.message == "No such container: \(id)")
    }

    @Test("a running container takes archives and commands, can be renamed, limited, measured and made an image of")
    func running() async throws {
        let id = try await container("engine-running", ["sleep", "1000"])
        try await client.startContainer(id)
        try await client.startContainer(id)
        var archive = TarArchive()
        let long = "tmp/" + String(repeating: "d/", count: 70) + "file"
        archive.addFile("tmp/short", mode: 0o600, Array("a".utf8))
        archive.addFile(long, Array("b\n".utf8))
        try await client.putArchive(archive.finished(), in: id, at: "/")
        var text = ""
        let code = try await client.execute(["sh", "-c", "cat /\(long); ls -l /tmp/short | cut -c1-10; exit 4"], in: id) {
            text += String(decoding: $0.bytes, as: UTF8.self)
        }
        #expect(code == 4 && text.hasPrefix("b\n"))
        let copied = try await client.archive(of: id, at: "/\(long)").collect(sizeMax: 1 << 20)
        #expect(copied.count % 512 == 0 && String(decoding: copied, as: UTF8.self).contains("b\n"))
        try await client.renameContainer(id, to: "engine-renamed")
        _ = try await client.updateContainer(id, ["RestartPolicy": ["Name": "on-failure", "MaximumRetryCount": 2]])
        let inspected = try await client.container("engine-renamed")
        #expect(inspected["HostConfig"]?["RestartPolicy"]?["MaximumRetryCount"] == 2)
        #expect(try await client.stats(id)["memory_stats"] != nil)
        let image = try await client.commit(id, repository: "berth.test/committed", tag: "1")
        #expect(image["Id"]?.stringValue?.hasPrefix("sha256:") == true)
        let target = try #require(ImageReference("berth.test/team/other:2"))
        try await client.tag("berth.test/committed:1", as: target)
        #expect(try await client.image("berth.test/team/other:2")["Id"] == image["Id"])
        try await client.killContainer(id)
        #expect(try await client.waitForContainer(id) == 137)
        try await client.removeContainer(id)
        for name in ["berth.test/committed:1", "berth.test/team/other:2"] { try await client.removeImage(name) }
    }

    @Test("volumes and networks are made, listed by label, and removed")
    func volumesAndNetworks() async throws {
        _ = try await client.createVolume(["Name": "engine-v", "Labels": ["x": "1"]])
        #expect(try await client.volumes(filters: ["label": ["x=1"]]).compactMap { $0["Name"]?.stringValue } == ["engine-v"])
        #expect(try await client.volume("engine-v")["Driver"] == "local")
        let network = try #require(
            try await client.createNetwork(["Name": "engine-n", "CheckDuplicate": true, "Labels": ["x": "1"]])["Id"]?.stringValue)
        #expect(try await client.networks(filters: ["label": ["x=1"]]).count == 1)
        let id = try await container("engine-net", ["true"])
        try await client.connect(id, to: network, settings: ["Aliases": ["a"]])
        #expect(try await client.container(id)["NetworkSettings"]?["Networks"]?["engine-n"] != nil)
        try await client.disconnect(id, from: network, force: true)
        try await client.removeContainer(id)
        try await client.removeNetwork(network)
        try await client.removeVolume("engine-v")
        await #expect(throws: DockerError.self) { _ = try await client.volume("engine-v") }
    }

    @Test("a build tells its steps, and its failure is an error in the engine's words")
    func build() async throws {
        func context(_ dockerfile: String) -> ByteBuffer {
            var archive = TarArchive()
            archive.addFile("Dockerfile", Array(dockerfile.utf8))
            return archive.finished()
        }
        var steps: [String] = []
        let id = try await client.build(context("FROM \(TestEngine.image)\nENV A=1\n"), query: [("t", "berth.test/built:1")]) { message in
            if let text = message["stream"]?.stringValue { steps.append(text) }
        }
        #expect(id?.hasPrefix("sha256:") == true && steps.contains { $0.contains("ENV A=1") })
        try await client.removeImage("berth.test/built:1")
        let failure = await #expect(throws: DockerError.self) {
            try await client.build(context("FROM \(TestEngine.image)\nRUN exit 7\n"), query: [("forcerm", "1")]) { _ in }
        }
        #expect(failure?.code == .failed && failure?.message.contains("returned a non-zero code: 7") == true)
        let syntax = await #expect(throws: DockerError.self) { try await client.build(context("FRM x\n"), query: []) { _ in } }
        #expect(syntax?.message.contains("unknown instruction: FRM") == true)
    }

    @Test("what the engine refuses is told with its status and words")
    func refusals() async throws {
        let id = try await container("engine-twice", ["true"])
        let taken = await #expect(throws: DockerError.self) { _ = try await container("engine-twice", ["true"]) }
        #expect(taken?.isConflict == true && taken?.message.contains("is already in use by container") == true)
        try await client.removeContainer(id)
        let missing = await #expect(throws: DockerError.self) {
            _ = try await client.createContainer(["Image": "berth.test/none:1"], name: "engine-none")
        }
        #expect(missing?.isNotFound == true && missing?.message == "No such image: berth.test/none:1")
    }

    @Test("waiting ends with the task that waits")
    func cancellation() async throws {
        let id = try await container("engine-cancel", ["sleep", "1000"])
        try await client.startContainer(id)
        let waiting = Task { try await client.waitForContainer(id) }
        try await Task.sleep(for: .milliseconds(50))
        waiting.cancel()
        await #expect(throws: CancellationError.self) { _ = try await waiting.value }
        try await client.removeContainer(id)
    }

    @Test("nobody there is an error that says where, and what to do")
    func unreachable() async throws {
        let nobody = try DockerClient(DockerEndpoint("unix:///nonexistent/docker.sock"))
        let error = await #expect(throws: DockerError.self) { _ = try await nobody.info() }
        #expect(error?.code == .unreachable && error?.message.contains("unix:///nonexistent/docker.sock cannot be reached") == true)
    }
}
