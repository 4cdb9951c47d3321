import DockerEngine
import DockerTestSupport
import HCL
import JSON
import NIOCore
import ProviderKit
import TemplateEngine
import TemplateState
import Testing

@testable import DockerProvider

/// A static program that stands for the agent; it knows `--version`.
private let program = "/sbin/ldconfig"

private func sha256(_ path: String) throws -> String {
    BytesText.hexadecimal.text(Digest.sha256.hash(try #require(TestEngine.contents(path))))
}

@Suite(
    "the agent gets into the container", .enabled(if: TestEngine.isAvailable, Comment(rawValue: TestEngine.reason)))
struct AgentTests {
    private let client: DockerClient

    init() async throws { client = try await TestEngine.shared.client() }

    private func delivery(url: String = "https://berth.example.org", sha256 other: String? = nil, arch: String? = nil) async throws
        -> AgentDelivery
    {
        let own = try await client.image(TestEngine.image)["Architecture"]?.stringValue ?? ""
        let hash = try other ?? sha256(program)
        return AgentDelivery(accessURL: url, executables: [.init(os: "linux", arch: arch ?? own, path: program, sha256: hash)])
    }

    private func container(_ name: String, _ more: String = "", image: String = TestEngine.image) -> String {
        """
        resource "docker_container" "a" {
          name  = "\(name)"
          image = "\(image)"
          env   = ["CODER_AGENT_TOKEN=t"]
          \(more.contains("command") ? "" : "command = [\"sleep\", \"1000\"]")
          \(more)
        }
        """
    }

    private func run(_ command: String, in name: String) async throws -> String {
        var text = ""
        _ = try await client.execute(["sh", "-c", command], in: name) { text += String(decoding: $0.bytes, as: UTF8.self) }
        return text
    }

    @Test("it is root's, may be run by all, has its second name, and its script's way stays open")
    func delivered() async throws {
        let template = try await DockerTemplate(container("agent-1"))
        template.agents = try await delivery()
        try await template.apply()
        let listed = try await run("ls -ln /opt/berth/bin; ls -lnd /opt/berth/bin /opt/berth /opt", in: "agent-1")
        #expect(listed.contains("-rwxr-xr-x    1 0        0") && listed.contains("coder -> berth-agent"), "\(listed)")
        #expect(listed.split(separator: "\n").count { $0.hasPrefix("drwxr-xr-x") && $0.contains(" 0        0 ") } == 3, "\(listed)")
        #expect(try await run("/opt/berth/bin/coder --version", in: "agent-1").contains("ldconfig"))
        #expect(try await template.changes() == [])
        try await template.destroy()
    }

    @Test("it runs in an image that has nothing at all, and in one with a directory or a link in its place")
    func images() async throws {
        var archive = TarArchive()
        archive.addFile("nothing", [])
        let empty = try #require(ImageReference("berth.test/empty:1"))
        try await client.importImage(archive.finished(), as: empty)
        for (name, line) in [
            ("dir", #"RUN ["/bin/busybox", "mkdir", "-m", "1777", "/opt"]"#),
            ("link", #"RUN ["/bin/busybox", "sh", "-c", "busybox mkdir -p /var/real && busybox ln -s /var/real /opt"]"#),
        ] {
            var archive = TarArchive()
            archive.addFile("Dockerfile", Array("FROM \(TestEngine.image)\n\(line)\n".utf8))
            try await client.build(archive.finished(), query: [("t", "berth.test/opt-\(name):1")]) { _ in }
        }
        for image in ["berth.test/empty:1", "berth.test/opt-dir:1", "berth.test/opt-link:1"] {
            let more = "command = [\"/opt/berth/bin/berth-agent\", \"--version\"]\nattach = true\nlogs = true\nmust_run = false"
            let template = try await DockerTemplate(container("agent-2", more, image: image))
            template.agents = try await delivery()
            try await template.apply()
            #expect(try template.attributes("docker_container.a")["container_logs"]?.stringValue?.contains("ldconfig") == true)
            try await template.destroy()
        }
        let template = try await DockerTemplate(container("agent-2", image: "berth.test/opt-dir:1"))
        template.agents = try await delivery()
        try await template.apply()
        #expect(try await run("ls -lnd /opt", in: "agent-2").hasPrefix("drwxrwxrwt"))
        try await template.destroy()
        for image in ["berth.test/empty:1", "berth.test/opt-dir:1", "berth.test/opt-link:1"] { try await client.removeImage(image) }
    }

    @Test(
        "where it cannot be put, the log says why, and the container starts all the same",
        arguments: [
            ("read_only = true", "read-only"), ("tmpfs = { \"/opt\" = \"\" }", "something is mounted at /opt"),
            ("volumes {\n container_path = \"/opt/berth\"\n}", "something is mounted at /opt/berth"),
        ])
    func obstacles(_ more: String, _ words: String) async throws {
        let template = try await DockerTemplate(container("agent-3", more))
        template.agents = try await delivery()
        let log = Log()
        try await template.apply(observer: log.observer)
        #expect(log.text.contains("the agent is not put into the container agent-3") && log.text.contains(words), "\(log.text)")
        #expect(try await run("ls /opt/berth/bin 2>/dev/null", in: "agent-3") == "")
        try await template.destroy()
    }

    @Test("an image with a file in its place, and one for another machine, start without it")
    func otherImages() async throws {
        var archive = TarArchive()
        archive.addFile("Dockerfile", Array("FROM \(TestEngine.image)\nRUN echo file > /opt\n".utf8))
        try await client.build(archive.finished(), query: [("t", "berth.test/opt-file:1")]) { _ in }
        let other = try await delivery(arch: "s390x")
        let own = try await delivery()
        for (image, agents, words) in [("berth.test/opt-file:1", own, "/opt"), (TestEngine.image, other, "has none for linux/")] {
            let template = try await DockerTemplate(container("agent-4", image: image))
            template.agents = agents
            let log = Log()
            try await template.apply(observer: log.observer)
            #expect(log.text.contains("is not put into the container agent-4") && log.text.contains(words), "\(log.text)")
            #expect(try await client.container("agent-4").at("State|Running") == true)
            try await template.destroy()
        }
        try await client.removeImage("berth.test/opt-file:1")
    }

    @Test("one that is not what was promised is refused, and no container is left")
    func mismatch() async throws {
        let template = try await DockerTemplate(container("agent-5"))
        template.agents = try await delivery(sha256: String(repeating: "0", count: 64))
        let failure = await #expect(throws: DockerTemplate.Failure.self) { try await template.apply() }
        #expect(failure?.description.contains("has another SHA-256") == true, "\(failure.map { "\($0)" } ?? "")")
        await #expect(throws: DockerError.self) { _ = try await client.container("agent-5") }
        #expect(template.state?.resources.isEmpty ?? true)
    }

    @Test("a container without a token gets none")
    func noToken() async throws {
        let template = try await DockerTemplate(
            container("agent-6").replacing("CODER_AGENT_TOKEN=t", with: "CODER_AGENT_TOKEN="))
        template.agents = try await delivery(url: "http://localhost:1")
        try await template.apply()
        #expect(try await run("ls -d /opt 2>/dev/null; echo $BERTH_AGENT_URL", in: "agent-6") == "\n")
        try await template.destroy()
    }

    // MARK: The way to the server

    @Test("a container finds a server that is named by a loopback address, in any network", arguments: ["localhost", "127.0.0.1", "[::1]"])
    func reaches(_ host: String) async throws {
        let server = try TestServer(word: "the server")
        for network in ["", "networks_advanced {\n name = docker_network.n.name\n}", "network_mode = docker_network.n.name"] {
            let template = try await DockerTemplate(
                container("agent-7", network) + "\nresource \"docker_network\" \"n\" {\n name = \"agent-net\"\n}\n")
            template.agents = try await delivery(url: "http://\(host):\(server.port)/path")
            let log = Log()
            try await template.apply(observer: log.observer)
            #expect(try await run("wget -q -O - $BERTH_AGENT_URL", in: "agent-7") == "the server", "\(network): \(log.text)")
            #expect(
                log.text.contains("is to reach the server at http://") && log.text.contains("the gateway of the network"), "\(log.text)")
            #expect(try template.attributes("docker_container.a")["env"] == ["CODER_AGENT_TOKEN=t"])
            #expect(try await template.changes() == [])
            // Another address concerns new containers only.
            template.agents = try await delivery(url: "http://localhost:1")
            #expect(try await template.changes() == [])
            try await template.destroy()
        }
    }

    @Test("what stands in the way is said")
    func unreachable() async throws {
        let hidden = try TestServer(loopbackOnly: true)
        let open = try TestServer()
        let other = "http://other.example:1"
        for (port, more, words, variable) in [
            (hidden.port, "", "nothing answers at http://", "http://1"),
            (open.port, "network_mode = \"none\"", "the container has no network", ""),
            (open.port, "network_mode = \"host\"", "shares the network of the server's machine", ""),
            (open.port, "env = [\"CODER_AGENT_TOKEN=t\", \"BERTH_AGENT_URL=\(other)\"]", "", other),
        ] {
            let text =
                more.hasPrefix("env")
                ? container("agent-8", more).replacing("env   = [\"CODER_AGENT_TOKEN=t\"]", with: "") : container("agent-8", more)
            let template = try await DockerTemplate(text)
            template.agents = try await delivery(url: "http://localhost:\(port)")
            let log = Log()
            try await template.apply(observer: log.observer)
            #expect(words.isEmpty ? !log.text.contains("reach") : log.text.contains(words), "\(more): \(log.text)")
            let found = try await run("echo $BERTH_AGENT_URL", in: "agent-8")
            #expect(variable.isEmpty ? found == "\n" : found.hasPrefix(variable), "\(more): \(found)")
            #expect(try await template.changes() == [])
            try await template.destroy()
        }
    }

    @Test("one container in the network of another reaches what that one reaches")
    func shared() async throws {
        let server = try TestServer()
        let template = try await DockerTemplate(
            container("agent-9", "network_mode = \"container:${docker_container.b.id}\"")
                + "\nresource \"docker_container\" \"b\" {\n name = \"agent-9b\"\n image = \"\(TestEngine.image)\"\n command = [\"sleep\", \"1000\"]\n}\n"
        )
        template.agents = try await delivery(url: "http://localhost:\(server.port)")
        try await template.apply()
        #expect(try await run("wget -q -O - $BERTH_AGENT_URL", in: "agent-9") == "here")
        try await template.destroy()
    }

    @Test(
        "addresses of servers",
        arguments: [
            ("http://localhost:3000", true, 3000, "http://10.0.0.1:3000"), ("https://127.1.2.3", true, 443, "https://10.0.0.1"),
            ("http://[::1]:8080/a?b", true, 8080, "http://10.0.0.1:8080/a?b"), ("http://dev.localhost/", true, 80, "http://10.0.0.1/"),
            ("https://berth.example.org:1", false, 1, "https://10.0.0.1:1"), ("http://[fd00::1]", false, 80, "http://10.0.0.1"),
            ("http://[::ffff:127.0.0.1]", true, 80, "http://10.0.0.1"), ("http://128.0.0.1", false, 80, "http://10.0.0.1"),
        ])
    func urls(_ text: String, _ isLoopback: Bool, _ port: Int, _ replaced: String) throws {
        var url = try #require(ServerURL(text))
        #expect(url.isLoopback == isLoopback && url.port == port && url.description == text)
        url.host = "10.0.0.1"
        #expect(url.description == replaced)
        url.host = "fd00::2"
        #expect(url.description.contains("//[fd00::2]"))
    }

    @Test(
        "what is no address of a server",
        arguments: ["", "localhost:1", "ftp://localhost", "http://", "http://a:99999", "http://u@localhost"])
    func wrongURLs(_ text: String) { #expect(ServerURL(text) == nil) }

    @Test(
        "the first address of a subnet",
        arguments: [
            ("172.17.0.0/16", "172.17.0.1"), ("10.1.2.128/25", "10.1.2.129"), ("10.0.0.0/31", nil), ("fd00::/64", nil),
            ("300.0.0.0/8", nil),
        ] as [(String, String?)])
    func gateways(_ subnet: String, _ address: String?) { #expect(ContainerSurroundings.firstAddress(subnet) == address) }

    @Test("this machine's address towards another is one of its own")
    func routes() async throws {
        #expect(await LocalMachine.address(towards: "127.0.0.1", 9) == "127.0.0.1")
        #expect(await LocalMachine.address(towards: "no.such.host.invalid", 9) == nil)
        let server = try TestServer(loopbackOnly: true)
        #expect(await LocalMachine.answers("127.0.0.1", server.port))
        #expect(await LocalMachine.answers("127.0.0.2", server.port) == false)
    }
}
