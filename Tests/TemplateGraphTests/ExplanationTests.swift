import HCL
import JSON
import ProviderKit
import ResourceGraph
import TemplateConfiguration
import TemplateEvaluation
import TemplateGraph
import Testing

@Suite("a template before it runs") struct ExplanationTests {
    private static let files = [
        "main.tf": """
        terraform {
          required_providers {
            mine = { source = "acme/thing" }
          }
        }

        resource "thing_box" "a" {
          provider = mine
          provisioner "acme-exec" {}
        }
        resource "thing_bag" "b" { provider = mine }
        data "aws_ami" "c" {}
        module "m" { source = "./m" }
        """,
        "m/main.tf": """
        resource "aws_instance" "d" {}
        """,
    ]

    private static let native = EngineDescription(
        name: "native",
        coverage: .only(
            providers: [ProviderAddress(namespace: "acme", type: "thing"): .init(resources: ["thing_box"])], provisioners: ["file"]))

    @Test("what an engine lacks is told provider by provider, with the place")
    func text() async throws {
        let explanation = TemplateExplanation(try await configuration(Self.files), engines: [Self.native, .terraform])
        #expect(explanation.choice == "terraform")
        #expect(
            explanation.text == """
                native cannot run this template:
                  provider acme/thing has no resource type thing_bag
                    main.tf:11  thing_bag.b
                  there is no provider hashicorp/aws
                    m/main.tf:1  module.m.aws_instance.d
                    main.tf:12   data.aws_ami.c
                  there is no provisioner acme-exec
                    main.tf:9  thing_box.a
                terraform can run this template
                """)
    }

    @Test("the same for programs")
    func json() async throws {
        let explanation = TemplateExplanation(try await configuration(Self.files), engines: [Self.native]).json
        #expect(explanation["engine"] == .null)
        #expect(
            explanation["engines"]?[0]?["missing"]?[0] == [
                "reason": "provider_missing", "kind": "resource", "type": "aws_instance",
                "provider": "registry.terraform.io/hashicorp/aws", "address": "module.m.aws_instance.d", "file": "m/main.tf", "line": 1,
            ])
    }

    @Test("the picture of a configuration has its modules as frames, and edges through locals and variables")
    func dot() async throws {
        let text = ConfigurationDOT(
            try await configuration([
                "main.tf": """
                locals { size = 1 }
                module "m" {
                  source = "./m"
                  size   = local.size
                }
                output "id" { value = module.m.id }
                """,
                "m/main.tf": """
                variable "size" {}
                resource "box" "a" { size = var.size }
                output "id" { value = box.a.id }
                """,
            ])
        ).text
        #expect(
            text == """
                digraph template {
                  rankdir=RL;
                  compound=true;
                  node [fontname="sans-serif", fontsize=11];
                  edge [color="#888888"];
                  "local.size" [label="local.size", shape=plaintext];
                  "output.id" [label="output.id", shape=note];
                  subgraph "cluster_module.m" {
                    label="module.m"; style=rounded; color="#888888";
                    "module.m.box.a" [label="box.a", shape=box];
                    "module.m.call" [label="call", shape=point];
                    "module.m.output.id" [label="output.id", shape=note];
                    "module.m.var.size" [label="var.size", shape=note];
                  }
                  "module.m.box.a" -> "module.m.var.size";
                  "module.m.box.a" -> "module.m.call";
                  "module.m.output.id" -> "module.m.box.a";
                  "module.m.var.size" -> "local.size";
                  "output.id" -> "module.m.output.id";
                }

                """)
    }

    @Test("a configuration is drawn before it runs: agents at their resource, apps at their agent")
    func configured() async throws {
        let set = ResourceSet(
            configuration: try await configuration([
                "main.tf": """
                resource "coder_agent" "main" {
                  os   = "linux"
                  arch = "amd64"
                }
                resource "docker_container" "ws" {
                  count = 2
                  dynamic "upload" {
                    for_each = [1]
                    content { file = upload.value }
                  }
                  env = [coder_agent.main.token]
                }
                resource "coder_app" "ide" { agent_id = coder_agent.main.id }
                """
            ]))
        let converted = ConvertedGraph(set)
        #expect(converted.warnings.isEmpty && converted.errors.isEmpty)
        #expect(converted.graph.agents.map(\.resource) == ["docker_container.ws"])
        #expect(converted.graph.apps.map(\.agent) == ["coder_agent.main"])
    }
}
