import JSON
import ResourceGraph
import TemplateConfiguration
import TemplateGraph
import Testing

@Suite("what belongs to what in a template") struct BindingTests {
    @Test("instances of agents and of resources find each other by their keys, and have names of their own")
    func instances() throws {
        let set = try resources(
            ["a", "b"].flatMap { key in
                [
                    try instance("coder_agent.dev[\"\(key)\"]", linux), try instance("docker_container.ws[\"\(key)\"]"),
                ]
            }, ["docker_container.ws": ["coder_agent.dev"]])
        let converted = ConvertedGraph(set)
        #expect(converted.errors.isEmpty && converted.warnings.isEmpty)
        #expect(converted.graph.agents.map(\.name) == ["dev-a", "dev-b"])
        #expect(converted.graph.agents.map(\.resource) == ["docker_container.ws[\"a\"]", "docker_container.ws[\"b\"]"])
    }

    @Test("an agent with count keeps its name while there is one of it")
    func single() throws {
        let set = try resources(
            [instance("coder_agent.main[0]", linux), instance("docker_container.ws[0]")], ["docker_container.ws": ["coder_agent.main"]])
        #expect(ConvertedGraph(set).graph.agents.map(\.name) == ["main"])
    }

    @Test("of several resources as near, the one that holds the agent's token runs it")
    func token() throws {
        let secret = "0f8fad5b-d9cb-469f-a165-70867728950e"
        let set = try resources(
            [
                instance("coder_agent.main", linux.with(["token": .string(secret)])), instance("a_volume.home"),
                instance("b_machine.ws", ["env": [.string("CODER_AGENT_TOKEN=\(secret)")]]),
            ], ["a_volume.home": ["coder_agent.main"], "b_machine.ws": ["coder_agent.main"]])
        #expect(ConvertedGraph(set).graph.agents.map(\.resource) == ["b_machine.ws"])
    }

    @Test("of two alternatives with count, the agent runs on the one that is there")
    func alternative() throws {
        let set = try resources(
            [instance("coder_agent.main", linux), instance("z_pod.ws[0]")],
            ["a_vm.ws": ["coder_agent.main"], "z_pod.ws": ["coder_agent.main"]])
        #expect(ConvertedGraph(set).graph.agents.map(\.resource) == ["z_pod.ws[0]"])
    }

    @Test("what is left out is said, with the reason")
    func leftOut() throws {
        let set = try resources(
            [
                instance("coder_agent.idle", linux.with(["id": "1"])), instance("coder_app.ide", ["agent_id": "1", "slug": "ide"]),
                instance("coder_env.lost", ["agent_id": "2", "name": "A"]), instance("coder_agent.stopped", linux),
                instance("coder_metadata.none", ["resource_id": "nothing"]),
            ], ["docker_container.ws": ["coder_agent.stopped"], "coder_app.ide": ["coder_agent.idle"]])
        let converted = ConvertedGraph(set)
        #expect(converted.errors.isEmpty)
        #expect(converted.graph.nodes.isEmpty)
        #expect(
            converted.warnings.map(\.description) == [
                "coder_agent.idle: agent is left out: no resource uses it; let the resource that starts it use its token or init script [graph.agent-not-started]",
                "coder_agent.stopped: agent is left out: docker_container.ws, on which it would run, has no instances [graph.agent-not-started]",
                "coder_app.ide: app is left out: coder_agent.idle, which it names, is left out itself [graph.part-left-out]",
                "coder_env.lost: variable is left out: there is no agent with the id 2 in the template [graph.part-left-out]",
                "coder_metadata.none: metadata is left out: it depends on no resource that is there [graph.part-left-out]",
            ])
    }

    @Test("metadata is about the resource it names, not about the nearest")
    func metadata() throws {
        let set = try resources(
            [
                instance("docker_container.ws", ["id": "c"]), instance("docker_volume.home", ["id": "v"]),
                instance("coder_metadata.home", ["resource_id": "v", "item": [["key": "size", "value": .string("1")]]]),
            ], ["coder_metadata.home": ["docker_container.ws"], "docker_container.ws": ["docker_volume.home"]])
        #expect(ConvertedGraph(set).graph.metadata.map(\.resource) == ["docker_volume.home"])
    }

    @Test("where two resources have the identity that metadata names, it is about the one it depends on")
    func sameIdentity() throws {
        let set = try resources(
            [
                instance("kubernetes_deployment.ws", ["id": "dev/ws"]), instance("kubernetes_service.ws", ["id": "dev/ws"]),
                instance("coder_metadata.ws", ["resource_id": "dev/ws"]),
            ], ["coder_metadata.ws": ["kubernetes_service.ws"]])
        #expect(ConvertedGraph(set).graph.metadata.map(\.resource) == ["kubernetes_service.ws"])
    }

    @Test("an agent on a large cloud proves itself by the identity of the machine")
    func cloud() throws {
        let agent = linux.with(["auth": "aws-instance-identity"])
        let set = try resources(
            [instance("coder_agent.main", agent), instance("aws_instance.ws", ["id": "i-1", "instance_type": "t3.micro"])],
            ["aws_instance.ws": ["coder_agent.main"]])
        let graph = ConvertedGraph(set).graph
        #expect(graph.agents.map(\.instanceID) == ["i-1"])
        #expect(graph.node(at: "aws_instance.ws").flatMap { CloudInstance.instanceType(of: $0.type, $0.attributes) } == "t3.micro")
    }

    @Test("names that cannot be used are errors, with the agent's address")
    func names() throws {
        let set = try resources(
            [
                instance("coder_agent.my_dev", linux), instance("coder_agent.main", linux), instance("module.m.coder_agent.main", linux),
                instance("a.b"),
            ], ["a.b": ["coder_agent.my_dev", "coder_agent.main", "module.m.coder_agent.main"]])
        let errors = ConvertedGraph(set).errors
        #expect(errors.map(\.code) == [GraphIssue.invalidAgentName, GraphIssue.duplicateAgentName])
        #expect(errors.map(\.address) == ["coder_agent.my_dev", "module.m.coder_agent.main"])
    }
}
