import DockerEngine
import DockerTestSupport
import Foundation
import HCL
import JSON
import TemplateState
import Testing

@testable import DockerProvider

/// A template that an engine refuses, with what is said of it.
struct BadInput: Sendable, CustomTestStringConvertible {
    var testDescription: String
    /// What the container has beside its name, image and command; or a whole resource.
    var text: String
    /// How the line begins that the diagnostic points at.
    var line: String
    /// The engine's own words.
    var words: String
    /// What to do; empty where the engine's words say it.
    var advice: String

    init(_ description: String, _ text: String, at line: String? = nil, _ words: String, _ advice: String = "") {
        testDescription = description
        self.text = text
        self.line = line ?? String(text.prefix { $0 != "=" && $0 != "{" })
        self.words = words
        self.advice = advice
    }

    static let name = "bad-input"

    var template: String {
        if text.hasPrefix("resource") { return text }
        let standard = ["name": "\"\(Self.name)\"", "image": "\"\(TestEngine.image)\"", "command": "[\"sleep\", \"1000\"]"]
        let rest = standard.filter { !text.hasPrefix($0.key) }.map { "\($0.key) = \($0.value)" }.sorted()
        return "resource \"docker_container\" \"a\" {\n\((rest + [text]).joined(separator: "\n"))\n}\n"
    }

    var address: String { text.hasPrefix("resource \"docker_image\"") ? "docker_image.a" : "docker_container.a" }

    static func image(_ dockerfile: String = "Dockerfile") -> String {
        """
        resource "docker_image" "a" {
        name = "berth.test/bad:1"
        build {
          context    = "."
          dockerfile = "\(dockerfile)"
        }
        }
        """
    }

    static let all = [
        BadInput("an image that nobody has", "image = \"sha256:\(String(repeating: "0", count: 64))\"", "no image with the identifier"),
        BadInput(
            "a registry that is not there", #"image = "127.0.0.1:1/none:1""#, "connection refused",
            "the engine's machine reaches its registry"),
        BadInput("no name of an image", #"image = "Upper/case""#, "invalid reference format"),
        BadInput("no name of a container", #"name = "a b""#, "Invalid container name"),
        BadInput(
            "an unknown network", "networks_advanced {\nname = \"no-such\"\n}", "network no-such not found", "docker_network"),
        BadInput("an unknown mode of network", #"network_mode = "no-such""#, "network no-such not found", "docker_network"),
        BadInput(
            "an address that is none", "networks_advanced {\nname = \"bridge\"\nipv4_address = \"10.1.1.1\"\n}",
            "user specified IP address is supported on user defined networks only"),
        BadInput("an unknown runtime", #"runtime = "no-such""#, "no-such", "Name a runtime that the engine has"),
        BadInput(
            "the source of a bind that is missing", "mounts {\ntype = \"bind\"\ntarget = \"/a\"\nsource = \"/no/such\"\n}",
            "bind source path does not exist: /no/such", "on the engine's machine"),
        BadInput("a volume of a bad name", "volumes {\ncontainer_path = \"/a\"\nvolume_name = \"a b\"\n}", "invalid characters"),
        BadInput(
            "two volumes at one path",
            "volumes {\ncontainer_path = \"/a\"\nhost_path = \"/tmp\"\n}\nvolumes {\ncontainer_path = \"/a\"\nhost_path = \"/etc\"\n}",
            "Duplicate mount point: /a"),
        BadInput(
            "a file mounted over a directory", "volumes {\ncontainer_path = \"/root\"\nhost_path = \"/etc/hostname\"\n}", "mounting"),
        BadInput(
            "an unknown capability", "capabilities {\nadd = [\"NO_SUCH\"]\n}", "unknown capability: \"CAP_NO_SUCH\"", "capabilities(7)"),
        BadInput(
            "an unknown capability in a dynamic block", "dynamic \"capabilities\" {\nfor_each = [1]\ncontent {\nadd = [\"NO_SUCH\"]\n}\n}",
            "unknown capability: \"CAP_NO_SUCH\"", "capabilities(7)"),
        BadInput("an unknown capability to drop", "capabilities {\ndrop = [\"NO_SUCH\"]\n}", "invalid CapDrop", "capabilities(7)"),
        BadInput("memory below the minimum", "memory = 1", "Minimum memory limit allowed is 6MB", "in MiB"),
        BadInput("less memory than is reserved", "memory = 64\nmemory_reservation = 128", "memory reservation"),
        BadInput("more processors than there are", #"cpus = "9999""#, "Range of CPUs"),
        BadInput("processors that are not there", #"cpu_set = "9999""#, "9999"),
        BadInput("a program that is not there", #"command = ["no-such"]"#, "executable file not found", "the image has the program"),
        BadInput(
            "an entry point that is not there", #"entrypoint = ["/no-such"]"#, "no such file or directory", "the image has the program"),
        BadInput("a program that cannot be run", #"command = ["/etc/passwd"]"#, "permission denied"),
        BadInput("an unknown user", #"user = "nobody-here""#, "nobody-here", "user or group that the image has"),
        BadInput("an unknown group", #"group_add = ["nobody-here"]"#, "nobody-here", "user or group that the image has"),
        BadInput("a relative working directory", #"working_dir = "relative""#, "working directory 'relative' is invalid"),
        BadInput("an unknown setting of the kernel", #"sysctls = { "net.no_such" = "1" }"#, "/proc/sys/net/no_such"),
        BadInput("a device that is not there", "devices {\nhost_path = \"/dev/no-such\"\n}", "/dev/no-such"),
        BadInput("a graphics card that is not there", #"gpus = "all""#, "could not select device driver", "NVIDIA"),
        BadInput("an unknown log driver", #"log_driver = "no-such""#, "no-such", "log driver"),
        BadInput("an unknown option of the log", #"log_opts = { no-such = "1" }"#, "unknown log opt 'no-such'"),
        BadInput("an unknown security option", #"security_opts = ["no-such=1"]"#, "invalid --security-opt"),
        BadInput("an unknown signal", #"stop_signal = "SIGNO""#, "Invalid signal: SIGNO"),
        BadInput("an unknown limit", "ulimit {\nname = \"no-such\"\nsoft = 1\nhard = 1\n}", "RLIMIT_NO-SUCH"),
        BadInput("a name of a host that is none", "hostname = \"\(String(repeating: "a", count: 80))\"", "hostname"),
        BadInput(
            "a container that ends at once", #"command = ["sh", "-c", "echo last words; exit 7"]"#,
            "ended with exit code 7. The last it printed:\n\nlast words", "must_run = false"),
        BadInput(
            "an entry point that ends at once", #"entrypoint = ["sh", "-c", "echo last words; exit 7"]"#,
            "ended with exit code 7. The last it printed:\n\nlast words", "must_run = false"),
        BadInput("an invalid Dockerfile", image(), at: "build {", "unknown instruction: FORM", "Correct the Dockerfile"),
        BadInput("a step of a build that fails", image("Failing"), at: "build {", "returned a non-zero code: 3", "log of the build"),
    ]
}

@Suite("bad input", .enabled(if: TestEngine.isAvailable, Comment(rawValue: TestEngine.reason)), .serialized)
struct BadInputTests {
    /// Applies what must fail.
    ///
    /// - Returns: the only error, and the line of the template that it points at.
    private func failure(_ template: DockerTemplate) async throws -> (Diagnostic, line: String) {
        let failure = try #require(await #expect(throws: DockerTemplate.Failure.self) { try await template.apply() })
        let errors = failure.diagnostics.filter { $0.severity == .error }
        let error = try #require(errors.first)
        #expect(errors.count == 1, "\(failure)")
        let lines = try String(contentsOfFile: "\(template.directory)/main.tf", encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        let line = try error.subject.map { try #require(lines.indices.contains($0.start.line - 1) ? lines[$0.start.line - 1] : nil) }
        return (error, line.map(String.init) ?? "")
    }

    private func text(_ error: Diagnostic) -> String { "\(error.summary): \(error.detail)" }

    @Test("the resource, the attribute, the engine's words and what to do are told, and nothing is left", arguments: BadInput.all)
    func refused(_ input: BadInput) async throws {
        let template = try await DockerTemplate(input.template)
        try template.write("FORM \(TestEngine.image)\n", to: "Dockerfile")
        try template.write("FROM \(TestEngine.image)\nRUN exit 3\n", to: "Failing")
        let (error, line) = try await failure(template)
        #expect(error.address == input.address)
        #expect(line.hasPrefix(input.line), "\(line)|\(text(error))")
        for part in [input.words, input.advice] where !part.isEmpty { #expect(text(error).contains(part), "\(text(error))") }
        #expect(template.state?.resources.isEmpty ?? true)
        #expect(try await template.client.containers(filters: ["name": [BadInput.name]]).isEmpty)
    }

    @Test("a change that the engine refuses is told at its attribute, and the container goes on as it was")
    func refusedChange() async throws {
        let input = BadInput("", "memory = 64", "")
        let template = try await DockerTemplate(input.template)
        try await template.apply()
        let id = try template.attributes("docker_container.a")["id"]
        try template.write(input.template.replacing("64", with: "4"))
        let (error, line) = try await failure(template)
        #expect(error.address == input.address && line == "memory = 4")
        for part in ["update the container \"\(BadInput.name)\"", "Minimum memory limit allowed is 6MB", "Limits are in MiB"] {
            #expect(text(error).contains(part), "\(text(error))")
        }
        let now = try await template.client.container(BadInput.name)
        #expect(now["Id"] == id && now.at("State|Running") == true && now.at("HostConfig|Memory") == 67_108_864)
        #expect(try template.attributes("docker_container.a")["id"] == id)
        try await template.destroy()
    }

    @Test("a container that was stopped, and ends at once when it is started again, is told as one that is new")
    func endedAgain() async throws {
        let input = BadInput("", #"command = ["sh", "-c", "[ -e /again ] && echo last words && exit 7; touch /again; sleep 1000"]"#, "")
        let template = try await DockerTemplate(input.template)
        try await template.apply()
        while try await !template.client.hasPath("/again", in: BadInput.name) { try await Task.sleep(for: .milliseconds(20)) }
        try await template.client.stopContainer(BadInput.name, graceSeconds: 0)
        let (error, line) = try await failure(template)
        #expect(error.address == input.address && line == input.text)
        for part in ["ended with exit code 7", "last words", "must_run = false"] { #expect(text(error).contains(part), "\(text(error))") }
        try await template.destroy()
    }

    @Test("a port that somebody listens on is told at the ports")
    func portTaken() async throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(listener) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, size) | listen(listener, 1) | getsockname(listener, $0, &size)
            }
        }
        try #require(result == 0)
        let port = UInt16(bigEndian: address.sin_port)
        try await refused(
            BadInput(
                "", "ports {\ninternal = 80\nexternal = \(port)\n}", "\(port): bind: address already in use",
                "Choose another external port"))
    }

    @Test("a port that another container has is told at the ports")
    func portAllocated() async throws {
        let client = try await TestEngine.shared.client()
        let name = "port-owner"
        let bindings: JSONValue = ["80/tcp": [["HostIp": "0.0.0.0", "HostPort": ""]]]
        _ = try await client.createContainer(
            [
                "Image": .string(TestEngine.image), "Cmd": ["sleep", "1000"], "ExposedPorts": ["80/tcp": [:]],
                "HostConfig": ["PortBindings": bindings],
            ], name: name)
        try await client.startContainer(name)
        let port = try #require(try await client.container(name).at("NetworkSettings|Ports|80/tcp|0|HostPort")?.stringValue)
        try await refused(
            BadInput(
                "", "ports {\ninternal = 80\nexternal = \(port)\n}", "port is already allocated", "Choose another external port"))
        try await client.removeContainer(name)
    }

    @Test("a container of somebody else that has the name stays as it is")
    func nameTaken() async throws {
        let client = try await TestEngine.shared.client()
        let name = "bad-foreign"
        _ = try await client.createContainer(["Image": .string(TestEngine.image), "Cmd": ["sleep", "1000"], "StopTimeout": 0], name: name)
        try await client.startContainer(name)
        let before = try await client.container(name)
        try await refused(BadInput("", "name = \"\(name)\"", "is already in use by container", "choose another name, or remove it"))
        let after = try await client.container(name)
        for path in ["Id", "State", "Config", "HostConfig", "Name"] { #expect(after[path] == before[path]) }
        try await client.removeContainer(name)
    }

    @Test(
        "an engine that is not there is told with its address, and where that comes from",
        arguments: [
            ("unix:///no/such/docker.sock", "No such file"), ("tcp://127.0.0.1:1", "Connection refused"),
            ("tcp://no-such-host.invalid:2375", "no-such-host.invalid"),
        ])
    func noEngine(_ host: String, _ words: String) async throws {
        let input = BadInput("", "memory = 64", at: "", "")
        let template = try await DockerTemplate("provider \"docker\" {\nhost = \"\(host)\"\n}\n\(input.template)")
        let (error, _) = try await failure(template)
        #expect(error.address == input.address)
        for part in ["Docker Engine at \(host)", words, "see that it runs", "\"host\" of the provider, or DOCKER_HOST"] {
            #expect(text(error).lowercased().contains(part.lowercased()), "\(text(error))")
        }
    }
}
