import HCL
import JSON
import ProviderKit
import ResourceGraph
import TemplateConfiguration
import TemplateEvaluation
import TemplateGraph
import TemplateState
import Testing

@Suite("inputs of a conversion") struct InputTests {
    @Test(
        "addresses are read as Terraform prints them",
        arguments: [
            "docker_container.web", "module.m[\"a.b\"].module.n[0].data.coder_workspace.me", "coder_app.code-server[2]",
            "module.module.null_resource.example[\"x\"]",
        ])
    func addresses(_ text: String) throws {
        #expect(try address(text).description == text)
    }

    @Test(
        "what is no resource is no address",
        arguments: ["", "var.a", "local.a", "module.m", "a", "a.b.c", "a[0]", "provider[\"x\"]", "a.b[]"])
    func otherAddresses(_ text: String) {
        #expect((try? ResourceInstanceAddress.parse(text)) == nil)
    }

    @Test("complete lists of dependencies tell what is direct")
    func distances() throws {
        func resource(_ text: String) throws -> ConfiguredResourceAddress { try address(text).configured }
        let (a, b, c) = (try resource("t.a"), try resource("t.b"), try resource("t.c"))
        let distances = DependencyDistances(complete: [a: [b, c], b: [c], c: []])
        #expect(distances.direct[a] == [b: 1])
        #expect(distances.dependencies(of: a) == [b: 1, c: 2])
        #expect(distances.dependents(of: c) == [b: 1, a: 2])
    }

    @Test("the short graph of later versions is read, too")
    func shortGraph() throws {
        let text = """
            digraph G {
              rankdir = "RL";
              "coder_agent.main" [label="coder_agent.main"];
              subgraph "cluster_module.m" {
                label = "module.m"
                "module.m.docker_container.ws" [label="docker_container.ws"];
              }
              "module.m.docker_container.ws" -> "coder_agent.main";
            }
            """
        let document: JSONValue = [
            "values": [
                "root_module": [
                    "resources": [
                        ["address": "coder_agent.main", "mode": "managed", "type": "coder_agent", "name": "main", "values": linux]
                    ],
                    "child_modules": [
                        [
                            "address": "module.m",
                            "resources": [["mode": "managed", "type": "docker_container", "name": "ws", "values": ["id": "1"]]],
                        ]
                    ],
                ]
            ]
        ]
        let graph = ConvertedGraph(try ResourceSet(terraform: document, graph: text)).graph
        #expect(graph.agents.map(\.resource) == ["module.m.docker_container.ws"])
    }

    @Test("a document of another shape is refused with its place")
    func refusal() throws {
        let document: JSONValue = ["values": ["root_module": ["resources": [["mode": "managed", "type": "t"]]]]]
        #expect(throws: ResourceSetError.self) { try ResourceSet(terraform: document) }
        #expect(throws: ResourceSetError.self) { try ResourceSet(terraform: ["resource_changes": [["address": "var.a"]]]) }
        #expect(throws: Never.self) { try ResourceSet(terraform: ["format_version": "1.0"]) }
    }

    @Test("a state of ours becomes a graph: secrets by path, dependencies by its lists")
    func state() throws {
        var state = State(lineage: "l")
        func add(_ text: String, _ attributes: String, _ dependencies: [String] = [], sensitive: [[PathStep]] = []) throws {
            let address = try address(text)
            var object = ObjectState(attributes: attributes)
            object.dependencies = try dependencies.map { try TemplateGraphTests.address($0).configured }
            object.sensitivePaths = sensitive
            var resource = ResourceState(provider: ProviderConfigurationAddress(.root, .implied(by: "x")))
            resource.instances[address.key] = InstanceState(current: object)
            state.resources[address.absoluteResource] = resource
        }
        try add("coder_agent.main", #"{"id":"1","os":"linux","arch":"arm64","token":"t","display_apps":[{"vscode":false}]}"#)
        try add(
            "docker_container.ws", #"{"id":"c","env":["A=1","B=2"]}"#, ["coder_agent.main"],
            sensitive: [[.attribute("env"), .index(.integer(1))], [.attribute("gone")]])
        try add("coder_app.ide", #"{"id":"2","agent_id":"1","slug":"ide"}"#, ["coder_agent.main"])
        let converted = ConvertedGraph(try ResourceSet(state: state, catalog: ProviderCatalog()))
        #expect(converted.errors.isEmpty && converted.warnings.isEmpty)
        #expect(converted.graph.agents.map(\.displayApps.vscode) == [false])
        #expect(converted.graph.apps.map(\.agent) == ["coder_agent.main"])
        let container = try #require(converted.graph.node(at: "docker_container.ws"))
        #expect(container.remoteID == "c")
        #expect(container.sensitive.map(\.description) == ["/env/1"])
        state.resources[try address("coder_app.ide").absoluteResource]?.instances[nil]?.current?.attributes = "{"
        #expect(throws: ResourceSetError.self) { try ResourceSet(state: state, catalog: ProviderCatalog()) }
    }

    @Test("a plan of ours becomes a graph: what is unknown is null, parts go by what the configuration says, also through modules")
    func plan() async throws {
        let configuration = try await configuration([
            "main.tf": """
            resource "coder_agent" "main" {}
            resource "coder_agent" "other" {}
            locals { chosen = coder_agent.main.id }
            module "ide" {
              source   = "./ide"
              agent_id = local.chosen
              note     = coder_agent.other.id
            }
            resource "docker_container" "ws" { env = [coder_agent.main.token, coder_agent.other.token] }
            """,
            "ide/main.tf": """
            variable "agent_id" {}
            variable "note" {}
            resource "coder_app" "ide" {
              agent_id = var.agent_id
              slug     = "ide"
              tooltip  = var.note
            }
            """,
        ])
        func change(_ text: String, _ after: [String: Value], _ action: TemplateState.ResourceChange.Action = .create) throws
            -> TemplateState.ResourceChange
        {
            TemplateState.ResourceChange(
                address: try address(text), provider: ProviderConfigurationAddress(.root, .implied(by: "x")), action: action,
                before: action == .delete ? .object(after) : .null(), after: action == .delete ? .null() : .object(after))
        }
        let agent: [String: Value] = [
            "id": .unknown(.string), "os": .string("linux"), "arch": .string("amd64"),
            "token": .unknown(.string).marked(with: .sensitive), "order": .integer(3),
        ]
        var plan = Plan(priorState: State(lineage: "l"), timestamp: "2026-01-01T00:00:00Z")
        plan.changes = [
            try change("coder_agent.main", agent), try change("coder_agent.other", agent),
            try change("docker_container.ws", ["env": .unknown(.list(.string))]),
            try change("docker_container.old", ["id": .string("x")], .delete), try change("coder_app.old", ["slug": .string("x")], .delete),
            try change("module.ide.coder_app.ide", ["agent_id": .unknown(.string), "slug": .string("ide")]),
        ]
        plan.outputs["secret"] = OutputChange(action: .create, before: .null(), after: .string("s"), isSensitive: true)
        let converted = ConvertedGraph(try ResourceSet(plan: plan, configuration: configuration, catalog: ProviderCatalog()))
        #expect(converted.errors.isEmpty && converted.warnings.isEmpty)
        #expect(converted.graph.apps.map(\.agent) == ["coder_agent.main"])
        #expect(converted.graph.agents.map(\.order) == [3, 3])
        #expect(converted.graph.node(at: "coder_agent.main")?.unknown.map(\.description) == ["/id", "/token"])
        #expect(converted.graph.node(at: "coder_agent.main")?.sensitive.map(\.description) == ["/token"])
        #expect(converted.graph.node(at: "docker_container.old")?.change == .delete)
        #expect(converted.graph.node(at: "coder_app.old") == nil)
        #expect(converted.graph.outputs.map(\.isSensitive) == [true])
        #expect(try ResourceGraph(json: converted.graph.json(sensitive: .include)) == converted.graph)
    }
}
