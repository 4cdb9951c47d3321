import DockerEngine
import DockerTestSupport
import HCL
import JSON
import ProviderKit
import Synchronization
import TemplateEngine
import TemplateState
import Testing

@testable import DockerProvider

@Suite("kreuzwerker/docker on a real engine", .enabled(if: TestEngine.isAvailable, Comment(rawValue: TestEngine.reason)))
struct DockerProviderTests {
    private func isGone(_ body: () async throws -> JSONValue) async -> Bool {
        do {
            _ = try await body()
            return false
        } catch let error as DockerError {
            return error.isNotFound
        } catch {
            return false
        }
    }

    @Test("a workspace with volume and network goes start, stop, start, delete; the volume stays until then")
    func workspace() async throws {
        func text(_ count: Int) -> String {
            """
            resource "docker_volume" "home" {
              name = "ws-home"
              labels {
                label = "coder.owner"
                value = "me"
              }
              lifecycle {
                ignore_changes = all
              }
            }
            resource "docker_network" "n" {
              name = "ws-net"
              ipam_config {
                subnet = "10.231.0.0/24"
              }
            }
            resource "docker_container" "w" {
              count    = \(count)
              name     = "ws"
              image    = "\(TestEngine.image)"
              hostname = "ws"
              command  = ["sh", "-c", "echo kept >> /home/me/file; sleep 1000"]
              env      = ["TOKEN=t"]
              volumes {
                container_path = "/home/me"
                volume_name    = docker_volume.home.name
                read_only      = false
              }
              networks_advanced {
                name         = docker_network.n.id
                aliases      = ["alias"]
                ipv4_address = "10.231.0.9"
              }
              host {
                host = "host.docker.internal"
                ip   = "host-gateway"
              }
            }
            """
        }
        let template = try await DockerTemplate(text(1))
        let client = template.client
        try await template.apply()
        #expect(try await template.changes() == [])
        let inspection = try await client.container("ws")
        #expect(inspection.at("NetworkSettings|Networks|ws-net|IPAddress") == "10.231.0.9")
        #expect(inspection.at("NetworkSettings|Networks|bridge") == nil)
        #expect(inspection.at("Mounts|0|Name") == "ws-home")
        #expect(try template.attributes("docker_container.w[0]").at("network_data|0|ip_address") == "10.231.0.9")
        try template.write(text(0))
        try await template.apply()
        #expect(await isGone { try await client.container("ws") })
        #expect(try await client.volume("ws-home").at("Labels|coder.owner") == "me")
        try template.write(text(1))
        try await template.apply()
        var home = ""
        _ = try await client.execute(["cat", "/home/me/file"], in: "ws") { home += String(decoding: $0.bytes, as: UTF8.self) }
        #expect(home == "kept\nkept\n")
        try await template.destroy()
        for gone in [
            await isGone { try await client.container("ws") }, await isGone { try await client.volume("ws-home") },
            await isGone { try await client.network("ws-net") },
        ] { #expect(gone) }
    }

    @Test(
        "volumes and networks: a second plan changes nothing",
        arguments: [
            #"resource "docker_volume" "a" {}"#,
            "resource \"docker_volume\" \"a\" {\n name = \"vol-a\"\n driver = \"local\"\n driver_opts = { type = \"tmpfs\", device = \"tmpfs\", o = \"size=1m\" }\n labels {\n label = \"a\"\n value = \"b\"\n }\n}",
            "resource \"docker_network\" \"a\" {\n name = \"net-a\"\n}",
            "resource \"docker_network\" \"a\" {\n name = \"net-b\"\n driver = \"bridge\"\n internal = true\n attachable = true\n options = { \"com.docker.network.bridge.enable_icc\" = \"false\" }\n labels {\n label = \"a\"\n value = \"b\"\n }\n}",
            "resource \"docker_network\" \"a\" {\n name = \"net-c\"\n ipam_config {\n subnet = \"10.232.0.0/24\"\n gateway = \"10.232.0.7\"\n ip_range = \"10.232.0.128/25\"\n aux_address = { x = \"10.232.0.9\" }\n }\n}",
            "resource \"docker_network\" \"a\" {\n name = \"net-d\"\n ipv6 = true\n ipam_driver = \"default\"\n ipam_config {\n subnet = \"fd00:0:0:7::/64\"\n }\n ipam_config {\n subnet = \"10.233.0.0/24\"\n }\n}",
        ])
    func noPhantoms(_ text: String) async throws {
        let template = try await DockerTemplate(text)
        do {
            try await template.apply()
            #expect(try await template.changes() == [])
        } catch { Issue.record("\(error)") }
        try await template.destroy()
        #expect(try await template.changes().count == 1)
    }

    @Test("an image is built, tagged, kept or removed, and a second plan changes nothing")
    func images() async throws {
        let template = try await DockerTemplate(
            """
            resource "docker_image" "a" {
              name = "berth.test/app:1"
              build {
                context    = "app"
                target     = "second"
                build_args = { WHO = "me" }
                labels     = { l = "1" }
                tag        = ["berth.test/app:also"]
              }
              triggers = { x = "1" }
            }
            resource "docker_tag" "t" {
              source_image = docker_image.a.image_id
              target_image = "berth.test/app:tagged"
            }
            data "docker_image" "d" {
              name = docker_image.a.image_id
            }
            resource "docker_container" "c" {
              name     = "image-c"
              image    = docker_image.a.image_id
              must_run = false
              attach   = true
              logs     = true
            }
            output "id" {
              value = data.docker_image.d.id
            }
            """)
        try template.write(
            "FROM \(TestEngine.image) AS first\nFROM first AS second\nARG WHO\nCOPY . /app\nRUN echo $WHO > /who\nCMD [\"sh\", \"-c\", \"cat /who; cd /app; ls -A\"]\nFROM first AS third\nRUN false\n",
            to: "app/Dockerfile")
        for file in ["a.txt", "b.log", "keep.log", "node_modules/x"] { try template.write("x", to: "app/\(file)") }
        try template.write("# comment\n*.log\n!keep.log\nnode_modules\n.dockerignore\nDockerfile\n", to: "app/.dockerignore")
        let lines = Mutex<[String]>([])
        try await template.apply { event in
            if case .output(_, let line) = event { lines.withLock { $0.append(line) } }
        }
        #expect(lines.withLock { $0.contains { $0.contains("RUN echo $WHO") } })
        #expect(try template.attributes("docker_container.c").at("container_logs") == "me\na.txt\nkeep.log\n")
        #expect(try await template.changes() == [])
        let image = try await template.client.image("berth.test/app:also")
        #expect(image.at("Config|Labels|l") == "1" && image.at("Config|Labels|berth.workspace") == "w1")
        #expect(template.state?.outputs["id"]?.value.stringValue == image["Id"]?.stringValue)
        try await template.destroy()
        #expect(await isGone { try await template.client.image("berth.test/app:1") })
        for name in ["berth.test/app:also", "berth.test/app:tagged"] { try await template.client.removeImage(name) }
    }

    private static func container(_ name: String, _ more: String = "") -> String {
        """
        resource "docker_container" "a" {
          name    = "\(name)"
          image   = "\(TestEngine.image)"
          command = ["sleep", "1000"]
          \(more)
        }
        """
    }

    @Test(
        "what somebody did by hand is found, and put right",
        arguments: [
            ("stopped", "update"), ("removed", "create"), ("limited", "update"), ("renamed", "replace"), ("restarting", "update"),
        ])
    func drift(_ what: String, _ action: String) async throws {
        let name = "drift-\(what)"
        let template = try await DockerTemplate(Self.container(name, "memory = 64"))
        let client = template.client
        try await template.apply()
        switch what {
        case "stopped": try await client.stopContainer(name, graceSeconds: 0)
        case "removed": try await client.removeContainer(name)
        case "limited": _ = try await client.updateContainer(name, ["Memory": 100_663_296, "MemorySwap": 201_326_592])
        case "renamed": try await client.renameContainer(name, to: "\(name)-other")
        default: _ = try await client.updateContainer(name, ["RestartPolicy": ["Name": "always"]])
        }
        #expect(try await template.changes() == ["docker_container.a \(action)"])
        try await template.apply()
        #expect(try await template.changes() == [])
        let inspection = try await client.container(name)
        #expect(inspection.at("State|Running") == true && inspection.at("HostConfig|Memory") == 67_108_864)
        #expect(inspection.at("HostConfig|RestartPolicy|Name") == "no")
        try await template.destroy()
    }

    @Test("limits are changed in the running container; one that is taken away makes a new one")
    func limits() async throws {
        let template = try await DockerTemplate(Self.container("limits", "memory = 64"))
        try await template.apply()
        let id = try template.attributes("docker_container.a")["id"]
        try template.write(Self.container("limits", "memory = 256\ncpu_shares = 200\nrestart = \"always\""))
        #expect(try await template.changes() == ["docker_container.a update"])
        try await template.apply()
        let inspection = try await template.client.container("limits")
        #expect(inspection["Id"] == id && inspection.at("HostConfig|Memory") == 268_435_456 && inspection.at("HostConfig|CpuShares") == 200)
        #expect(try await template.changes() == [])
        try template.write(Self.container("limits"))
        #expect(try await template.changes() == ["docker_container.a replace"])
        try await template.destroy()
    }

    @Test("a name that is taken by somebody else is an error, and what has it stays as it is")
    func foreign() async throws {
        let client = try await TestEngine.shared.client()
        let made = try await client.createContainer(["Image": .string(TestEngine.image)], name: "foreign")
        _ = try await client.createVolume(["Name": "foreign", "Labels": ["whose": "theirs"]])
        let network = try await client.createNetwork(["Name": "foreign"])
        for (text, words) in [
            (Self.container("foreign"), "is already in use by container"),
            ("resource \"docker_volume\" \"a\" {\n name = \"foreign\"\n}", "not of this template"),
            ("resource \"docker_network\" \"a\" {\n name = \"foreign\"\n}", "already exists"),
        ] {
            let template = try await DockerTemplate(text)
            let failure = await #expect(throws: DockerTemplate.Failure.self) { try await template.apply() }
            #expect(failure?.description.contains(words) == true, "\(failure.map { "\($0)" } ?? "")")
            #expect(template.state?.resources.isEmpty == true)
            try await template.destroy()
        }
        #expect(try await client.container("foreign")["Id"] == made["Id"])
        #expect(try await client.volume("foreign").at("Labels|whose") == "theirs")
        #expect(try await client.network("foreign")["Id"] == network["Id"])
        try await client.removeContainer("foreign")
        try await client.removeVolume("foreign")
        try await client.removeNetwork("foreign")
    }

    @Test(
        "what cannot be is told with the engine's words, and leaves nothing behind",
        arguments: [
            (container("bad-4", "wait = true"), "has no healthcheck", "bad-4"),
            (container("bad-6", "upload {\n file = \"/a\"\n}"), "Exactly one of", "bad-6"),
            (container("bad-7", "cpus = \"many\""), "number of processors", "bad-7"),
            (
                container(
                    "bad-8",
                    "mounts {\n type = \"volume\"\n target = \"/v\"\n source = \"bad-8\"\n volume_options {\n subpath = \"s\"\n }\n}"),
                "1.45", "bad-8"
            ),
            (
                container(
                    "bad-9",
                    "wait = true\nwait_timeout = 1\nhealthcheck {\n test = [\"CMD\", \"false\"]\n interval = \"100ms\"\n retries = 1\n}"),
                "is not healthy", "bad-9"
            ),
        ])
    func failures(_ text: String, _ words: String, _ name: String) async throws {
        let template = try await DockerTemplate(text)
        let failure = await #expect(throws: DockerTemplate.Failure.self) { try await template.apply() }
        #expect(failure?.description.contains(words) == true, "\(failure.map { "\($0)" } ?? "")")
        #expect(await isGone { try await template.client.container(name) })
        #expect(template.state?.resources.isEmpty ?? true)
    }

    @Test("what an interrupted create left is found by its key, and by no other")
    func find() async throws {
        let provider = try await provider()
        func operation(_ key: String) -> ProviderOperation {
            ProviderOperation(address: "a", key: key, environment: ProviderEnvironment(directory: "/", labels: DockerTemplate.labels))
        }
        for (name, attributes) in [
            ("docker_volume", ["name": Value.string("found")]), ("docker_network", ["name": .string("found")]),
            ("docker_container", ["name": .string("found"), "image": .string(TestEngine.image), "start": .false]),
        ] {
            let type = try #require(provider.resourceType(name))
            let block = type.schema.block
            let computed = block.attributes.filter { $0.value.presence.isComputed }.mapValues { Value.unknown($0.type) }
            let planned = block.resolved(.object([:]), [:]).setting(computed).setting(attributes)
            #expect(try await type.find(planned, operation("k-\(name)")) == nil)
            let made = try await type.create(planned, operation("k-\(name)"))
            #expect(try await type.find(planned, operation("another")) == nil)
            let found = try #require(try await type.find(planned, operation("k-\(name)")))
            #expect(found == made && found.isWhollyKnown)
            #expect(try await type.read(found, operation("")) == made)
            let imported = try await type.importState(id: made.string("id") ?? "", operation(""))
            #expect(imported.string("name") == "found" && imported.isWhollyKnown)
            for _ in 0..<2 { try await type.delete(made, operation("")) }
            #expect(try await type.read(made, operation("")) == nil)
        }
    }

    @Test("an engine behind TLS is reached with the client's certificates, and by nobody else")
    func security() async throws {
        let (host, certificates) = try await TestEngine.shared.secured()
        func version(_ attributes: [String: Value]) async throws -> APIVersion {
            let settings = DockerConfiguration(
                configuration: DockerConfiguration.block.resolved(.object([:]), [:]).setting(attributes),
                environment: ProviderEnvironment(directory: "/"))
            return try await settings.client().version()
        }
        #expect(try await version(["host": .string(host), "cert_path": .string(certificates)]) >= .oldest)
        func text(_ name: String) throws -> Value {
            .string(String(decoding: try #require(TestEngine.contents("\(certificates)/\(name)")), as: UTF8.self))
        }
        let (authority, certificate, key) = (try text("ca.pem"), try text("cert.pem"), try text("key.pem"))
        let all = ["host": .string(host), "ca_material": authority, "cert_material": certificate, "key_material": key]
        #expect(try await version(all) >= .oldest)
        for missing in ["ca_material", "cert_material"] {
            var attributes = all
            attributes[missing] = nil
            await #expect(throws: DockerError.self) { _ = try await version(attributes) }
        }
    }

    @Test("data sources tell of logs, networks and containers")
    func sources() async throws {
        let template = try await DockerTemplate(
            """
            resource "docker_container" "a" {
              name     = "sources"
              image    = "\(TestEngine.image)"
              command  = ["sh", "-c", "echo one; echo two; echo three >&2"]
              attach   = true
              must_run = false
            }
            data "docker_logs" "a" {
              name        = docker_container.a.id
              show_stderr = false
            }
            data "docker_containers" "all" {
              depends_on = [docker_container.a]
            }
            data "docker_network" "bridge" {
              name = "bridge"
            }
            output "all" {
              value = {
                logs   = data.docker_logs.a.logs_list_string
                names  = [for c in data.docker_containers.all.containers : c.names[0] if c.id == docker_container.a.id]
                driver = data.docker_network.bridge.driver
                scope  = data.docker_network.bridge.scope
              }
            }
            """)
        try await template.apply()
        let expected = #"{"driver":"bridge","logs":["one","two"],"names":["/sources"],"scope":"local"}"#
        #expect(try template.state?.outputs["all"]?.value.jsonEncoded() == expected)
        try await template.destroy()
    }

    @Test("a container is taken back when its making is cancelled, or takes longer than its template allows")
    func takenBack() async throws {
        let attached = Self.container("taken-back", "attach = true\nmust_run = false")
        let slow = try await DockerTemplate(attached.replacing("attach =", with: "timeouts {\n create = \"500ms\"\n}\nattach ="))
        let failure = await #expect(throws: DockerTemplate.Failure.self) { try await slow.apply() }
        #expect(failure?.description.contains("Time is up") == true)
        #expect(await isGone { try await slow.client.container("taken-back") })
        let provider = try await provider()
        let type = try #require(provider.resourceType("docker_container"))
        let planned = type.schema.block.resolved(.object([:]), [:]).setting([
            "name": .string("taken-back"), "image": .string(TestEngine.image), "command": .strings(["sleep", "1000"]), "attach": .true,
        ])
        let (recorded, record) = AsyncStream.makeStream(of: Void.self)
        let making = Task {
            try await type.create(
                planned,
                ProviderOperation(
                    address: "a", key: "taken", environment: ProviderEnvironment(directory: "/"), record: { _ in record.yield() }))
        }
        for await _ in recorded { break }
        making.cancel()
        await #expect(throws: CancellationError.self) { _ = try await making.value }
        #expect(await isGone { try await slow.client.container("taken-back") })
    }

    private func provider() async throws -> any Provider {
        try await DockerProvider().configured(
            with: DockerConfiguration.block.impliedType.nullAttributes.setting([
                "host": .string(try await TestEngine.shared.endpoint().text)
            ]),
            in: ProviderEnvironment(directory: "/"))
    }

    @Test("every schema is whole, and templates that use it validate", arguments: DockerProvider().resourceTypeNames)
    func schemas(_ name: String) throws {
        let type = try #require(DockerProvider().resourceType(name))
        #expect(type.schema.block.attributes["id"] != nil && type.schema.block.impliedType.attributeTypes?.isEmpty == false)
        let versions = ["docker_container": 2, "docker_network": 1, "docker_secret": 1, "docker_service": 2, "docker_volume": 1]
        #expect(type.schema.version == versions[name] ?? 0)
    }
}
