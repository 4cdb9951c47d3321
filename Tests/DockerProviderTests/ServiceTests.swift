import DockerEngine
import DockerTestSupport
import HCL
import JSON
import ProviderKit
import Synchronization
import TemplateEngine
import Testing

@testable import DockerProvider

@Suite(
    "docker_service, docker_secret and docker_config on a real swarm",
    .enabled(if: TestEngine.isAvailable, Comment(rawValue: TestEngine.reason)), .serialized)
struct ServiceTests {
    @Test("every attribute of a service reaches the engine, and a second plan changes nothing", arguments: ServiceCase.all.indices)
    func attribute(_ index: Int) async throws {
        let test = ServiceCase.all[index]
        let name = "attribute-\(index)"
        let template = try await DockerTemplate(test.text(name), on: .swarm)
        do {
            try await template.apply()
            let service = try #require(try await template.client.service(name)["Spec"])
            for (path, value) in test.expected { #expect(service.at(path) == value, "\(path)") }
            let prior = try template.attributes("docker_service.a")
            #expect(try await template.changes() == [], "after \(test.testDescription)")
            try await template.apply()
            #expect(try template.attributes("docker_service.a") == prior)
        } catch {
            Issue.record("\(test.testDescription): \(error)")
        }
        try await template.destroy()
        let error = await #expect(throws: DockerError.self) { _ = try await template.client.service(name) }
        #expect(error?.isNotFound == true)
    }

    private static func service(_ name: String, _ container: String, _ more: String = "") -> String {
        ServiceCase(container: container, service: more).text(name)
    }

    @Test("what is changed is changed in the service, and waited for")
    func update() async throws {
        let converges = "converge_config {\n timeout = \"60s\"\n}"
        let template = try await DockerTemplate(Self.service("update", "env = { A = \"1\" }", converges), on: .swarm)
        let client = template.client
        try await template.apply()
        let id = try template.attributes("docker_service.a")["id"]
        let faster = "\(converges)\nmode {\n replicated {\n replicas = 2\n }\n}\nupdate_config {\n monitor = \"100ms\"\n}"
        try template.write(Self.service("update", "stop_grace_period = \"0s\"\nenv = { A = \"2\" }", faster))
        #expect(try await template.changes() == ["docker_service.a update"])
        try await template.apply()
        let service = try await client.service("update")
        let tasks = try await client.tasks(filters: ["service": ["update"], "desired-state": ["running"]])
        #expect(service["ID"] == id && tasks.count == 2)
        #expect(tasks.allSatisfy { $0.at("Status|State") == "running" && $0.at("Spec|ContainerSpec|Env") == ["A=2"] })
        #expect(try await template.changes() == [])
        let containers = tasks.compactMap { $0.at("Status|ContainerStatus|ContainerID")?.stringValue }
        try await template.destroy()
        for container in containers {
            // The swarm removes what it stopped in its own time.
            do { #expect(try await client.container(container).at("State|Running") == false) } catch let error as DockerError
                where error.isNotFound
            {}
        }
    }

    @Test(
        "what somebody did to a service by hand is found, and put right",
        arguments: [
            ["Mode", "Replicated", "Replicas"], ["TaskTemplate", "ContainerSpec", "Env"], ["TaskTemplate", "ContainerSpec", "Image"],
            ["Labels"], ["EndpointSpec", "Ports"], ["TaskTemplate", "ContainerSpec", "Mounts"],
        ])
    func drift(_ path: [String]) async throws {
        let changes: [String: JSONValue] = [
            "Replicas": 3, "Env": ["A=2", "B=3"], "Image": "berth.test/other:1", "Labels": ["l": "2"],
            "Ports": [["Protocol": "tcp", "TargetPort": 80, "PublishedPort": 8089, "PublishMode": "ingress"]],
            "Mounts": [["Type": "bind", "Source": "/usr", "Target": "/usr2"]],
        ]
        let change = try #require(changes[path.last ?? ""])
        let name = "drift-\(path.last ?? "")".lowercased()
        let template = try await DockerTemplate(
            Self.service(
                name, "env = { A = \"1\" }\nstop_grace_period = \"0s\"",
                "labels {\n label = \"l\"\n value = \"1\"\n}\nmode {\n replicated {}\n}\nendpoint_spec {\n mode = \"vip\"\n}"),
            on: .swarm)
        try await template.apply()
        let service = try await template.client.service(name)
        func changed(_ spec: JSONValue, _ path: ArraySlice<String>) -> JSONValue {
            guard let first = path.first else { return change }
            var spec = spec
            spec[first] = changed(spec[first] ?? [:], path.dropFirst())
            return spec
        }
        let spec = changed(try #require(service["Spec"]), path[...])
        let version = try #require(service.at("Version|Index")?.intValue)
        _ = try await template.client.updateService(name, version: version, spec)
        #expect(try await template.changes() == ["docker_service.a update"])
        try await template.apply()
        #expect(try await template.changes() == [])
        let now = try await template.client.service(name)
        #expect(now.at("Spec|" + path.joined(separator: "|")) != change)
        #expect(now.at("Spec|TaskTemplate|ContainerSpec|Env") == ["A=1"] && now.at("Spec|Labels|l") == "1")
        try await template.destroy()
    }

    @Test("a service that does not come up is told in the swarm's words, and taken back; so is one whose making is cancelled")
    func convergence() async throws {
        let failing = Self.service("fails", "command = [\"no-such-program\"]", "converge_config {\n timeout = \"4s\"\n}")
        let template = try await DockerTemplate(failing, on: .swarm)
        let failure = await #expect(throws: DockerTemplate.Failure.self) { try await template.apply() }
        #expect(failure?.description.contains("did not converge") == true)
        #expect(failure?.description.contains("no-such-program") == true, "\(failure.map { "\($0)" } ?? "")")
        await #expect(throws: DockerError.self) { _ = try await template.client.service("fails") }
        try template.write(failing.replacing("4s", with: "10m"))
        let begun = Mutex(false)
        let cancelled = Task { [template = UncheckedBox(template)] in
            try await template.value.apply { event in if case .progress = event { begun.withLock { $0 = true } } }
        }
        while !begun.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(20)) }
        cancelled.cancel()
        await #expect(throws: (any Error).self) { try await cancelled.value }
        await #expect(throws: DockerError.self) { _ = try await template.client.service("fails") }
    }

    @Test("secrets and configs are made, replaced and removed; a name that is taken is an error")
    func files() async throws {
        func text(_ data: String) -> String {
            """
            resource "docker_secret" "s" {
              name = "files-\(data)"
              data = base64encode("\(data)")
              labels {
                label = "l"
                value = "v"
              }
            }
            resource "docker_config" "c" {
              name     = "files-\(data)"
              data_raw = "\(data)"
            }
            """
        }
        let template = try await DockerTemplate(text("one"), on: .swarm)
        let client = template.client
        try await template.apply()
        #expect(try await template.changes() == [])
        #expect(try await client.file(.secret, "files-one").at("Spec|Labels|l") == "v")
        #expect(try await client.file(.config, "files-one").at("Spec|Data") == "b25l")
        let other = try await DockerTemplate(text("one"), on: .swarm)
        let failure = await #expect(throws: DockerTemplate.Failure.self) { try await other.apply() }
        #expect(failure?.description.contains("already exists") == true)
        try template.write(text("two"))
        #expect(try await template.changes().sorted() == ["docker_config.c replace", "docker_secret.s replace"])
        try await template.apply()
        try await template.destroy()
        #expect(try await client.files(.secret, filters: ["label": ["berth.workspace=w1"]]).isEmpty)
        #expect(try await client.files(.config, filters: ["label": ["berth.workspace=w1"]]).isEmpty)
        for (wrong, words) in [
            ("resource \"docker_secret\" \"s\" {\n name = \"x\"\n data = \"%\"\n}", "Base64"),
            ("resource \"docker_config\" \"c\" {\n name = \"x\"\n}", "one (and only one)"),
            (Self.service("x", "", "mode {\n global = true\n}\nconverge_config {}"), "conflicts with"),
            (Self.service("x", "", "update_config {\n max_failure_ratio = \"2\"\n}"), "0.0 to 1.0"),
        ] {
            try template.write(wrong)
            let failure = await #expect(throws: DockerTemplate.Failure.self) { _ = try await template.plan() }
            #expect(failure?.description.contains(words) == true, "\(failure.map { "\($0)" } ?? "")")
        }
    }

    @Test("without a swarm the error says how to get one", arguments: ["docker_secret", "docker_config", "docker_service"])
    func noSwarm(_ type: String) async throws {
        let text =
            type == "docker_service" ? Self.service("none", "") : "resource \"\(type)\" \"a\" {\n name = \"none\"\n data = \"eA==\"\n}"
        let template = try await DockerTemplate(text)
        let failure = await #expect(throws: DockerTemplate.Failure.self) { try await template.apply() }
        #expect(failure?.description.contains("docker swarm init") == true)
        #expect(failure?.description.contains("let host of the provider name a manager") == true)
    }

    @Test("what an interrupted create left is found by its key, and imported by its identifier")
    func find() async throws {
        let provider = try await DockerProvider().configured(
            with: DockerConfiguration.block.impliedType.nullAttributes.setting([
                "host": .string(try await TestEngine.swarm.endpoint().text)
            ]), in: ProviderEnvironment(directory: "/"))
        func operation(_ key: String) -> ProviderOperation {
            ProviderOperation(address: "a", key: key, environment: ProviderEnvironment(directory: "/", labels: DockerTemplate.labels))
        }
        let container = ServiceSchema.container.value([
            ServiceSchema.container.block.resolved(
                .object([:]),
                ["image": .string(TestEngine.image), "command": .strings(["sleep", "1000"]), "isolation": .string("default")])
        ])
        let block = try #require(provider.resourceType("docker_service")).schema.block
        let task = try #require(block.blocks["task_spec"])
        let tasks = task.value([task.block.resolved(.object([:]), ["container_spec": container])])
        for (name, attributes) in [
            ("docker_secret", ["name": Value.string("found"), "data": .string("eA==")]),
            ("docker_config", ["name": .string("found"), "data": .string("eA==")]),
            ("docker_service", ["name": .string("found"), "task_spec": tasks]),
        ] {
            let type = try #require(provider.resourceType(name))
            let block = type.schema.block
            let planned = block.resolved(.object([:]), [:]).setting(["id": .unknown(.string)]).setting(attributes)
            #expect(try await type.find(planned, operation("k-\(name)")) == nil)
            let made = try await type.create(planned, operation("k-\(name)"))
            #expect(try await type.find(planned, operation("another")) == nil)
            let found = try #require(try await type.find(planned, operation("k-\(name)")))
            #expect(found == made && found.isWhollyKnown)
            if name == "docker_secret" {
                await #expect(throws: ProviderError.self) { _ = try await type.importState(id: made.string("id") ?? "", operation("")) }
            } else {
                let imported = try await type.importState(id: made.string("id") ?? "", operation(""))
                #expect(imported.string("name") == "found" && imported.isWhollyKnown)
                #expect(try await type.read(imported, operation("")) == imported)
            }
            for _ in 0..<2 { try await type.delete(made, operation("")) }
            #expect(try await type.read(made, operation("")) == nil)
        }
    }
}

/// A template that one task uses while another waits for it.
private struct UncheckedBox: @unchecked Sendable {
    // Safe: the task that made it waits, and touches it again only afterwards.
    let value: DockerTemplate
    init(_ value: DockerTemplate) { self.value = value }
}
