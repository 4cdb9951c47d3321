import PluginLoading
import TestSupport
import Testing

@Suite struct TemplateGraphCommandTests {
    private static let template = """
        resource "coder_agent" "main" {
          os   = "linux"
          arch = "amd64"
        }
        resource "terraform_data" "ws" { input = coder_agent.main.token }
        resource "coder_app" "lost" { agent_id = "none" }
        """

    private func berth(_ arguments: String..., template: String = template) async throws -> RunResult {
        try await Fixture.with { fixture in
            let file = try fixture.write("main.tf", template)
            let directory = String(file.dropLast("/main.tf".count))
            return try await TestSupport.run(Package.products + "/berth", ["template"] + arguments + [directory])
        }
    }

    @Test("graph draws agents at their resource, and tells what belongs to nothing")
    func graph() async throws {
        let result = try await berth("graph")
        #expect(result.status == 0)
        #expect(result.output.contains("\"coder_agent.main\" -> \"terraform_data.ws\" [style=bold, label=\"runs on\"]"), "\(result.output)")
        #expect(try await berth("graph", "--format", "svg").output.contains("<svg"))
        #expect(try await berth("graph", "--all").output.contains("digraph template"))
    }

    @Test("explain names the engine that can, and what the other lacks")
    func explain() async throws {
        let result = try await berth("explain")
        #expect(result.status == 0)
        #expect(result.output.contains("terraform can run this template"), "\(result.output)")
        #expect(
            try await berth("explain", template: "resource \"terraform_data\" \"a\" {}").output.contains("native can run this template"))
        #expect(try await berth("explain", "--output", "json").output.contains("\"can_run\""))
    }

    @Test("a template with errors is shown as far as it goes, and the exit status says so", arguments: ["graph", "explain"])
    func errors(_ command: String) async throws {
        let result = try await berth(command, template: "resource \"terraform_data\" \"a\" {}\nmodule \"m\" { source = \"./none\" }")
        #expect(result.status == 1)
        #expect(result.output.contains("digraph") || result.output.contains("native can"), "\(result.output)")
    }
}
