import JSON
import PluginLoading
import TestSupport
import Testing

/// `berth template validate`, `plan`, `parameters` and `modules`, as a user runs them.
@Suite struct TemplateCommandTests {
    /// Runs a command in a directory with this `main.tf`; the directory comes behind the first argument.
    private func berth(
        _ command: String, _ arguments: String..., template: String, variables: [String: String] = [:],
        prepare: @escaping @Sendable (Fixture, String) throws -> Void = { _, _ in }
    ) async throws -> RunResult {
        try await Fixture.with { fixture in
            let file = try fixture.write("template/main.tf", template)
            let directory = String(file.dropLast("/main.tf".count))
            try prepare(fixture, directory)
            return try await TestSupport.run(
                Package.products + "/berth", ["template", command, directory] + arguments.map { $0.replacing("DIR", with: directory) },
                environment: variables.merging(["BERTH_MODULE_STORE": "\(directory)/../store"]) { $1 })
        }
    }

    private static let coder = "terraform {\n  required_providers {\n    coder = { source = \"coder/coder\" }\n  }\n}\n"

    @Test("validate tells what is wrong, to people and to programs")
    func validate() async throws {
        let good = "resource \"terraform_data\" \"a\" { input = 1 }"
        #expect(try await berth("validate", template: good).output == "The template is valid.\n")
        let bad = try await berth("validate", template: "resource \"terraform_data\" \"a\" {\n  input = local.b\n}\n")
        #expect(bad.status == 1)
        #expect(
            bad.output.contains("  on main.tf line 2, in resource \"terraform_data\" \"a\":\n   2:   input = local.b\n"), "\(bad.output)")
        let document = try await berth("validate", "--json", template: "variable \"v\" {\n  type    = number\n  default = \"x\"\n}\n")
        #expect(document.output.contains("\"highlight_start_offset\": 12"), "\(document.output)")
        #expect(document.output.contains("\"context\": \"variable \\\"v\\\"\""))
    }

    @Test("of a provider that is not there, validate checks what needs no schema, and warns once")
    func missingProvider() async throws {
        let good = """
            resource "cloud_disk" "a" { size = upper("x") }
            resource "cloud_machine" "b" {
              dynamic "disk" {
                for_each = [1]
                content { id = "${cloud_disk.a.id}-${disk.value}" }
              }
            }
            """
        let passed = try await berth("validate", template: good)
        #expect(passed.status == 0)
        #expect(passed.output.ranges(of: "There is no schema for hashicorp/cloud").count == 1, "\(passed.output)")
        let wrong = try await berth(
            "validate",
            template: good
                + "\nresource \"cloud_disk\" \"c\" {\n  a = cloud_disk.none.id\n}\nresource \"cloud_disk\" \"d\" {\n  a = upper([])\n}\n")
        #expect(wrong.status == 1)
        // What is meant, if nothing says so, is a provider of HashiCorp's.
        let implied = try await berth("validate", template: "data \"coder_workspace\" \"me\" {}")
        #expect(implied.output.contains("`coder/coder`"), "\(implied.output)")
        #expect(wrong.output.contains("Reference to undeclared resource") && wrong.output.contains("Invalid function argument"))
        let planned = try await berth("plan", template: good)
        #expect(planned.status == 1)
        #expect(
            planned.output.contains("cloud_machine.b") && planned.output.contains("terraform can run this template"), "\(planned.output)")
    }

    @Test("plan shows what would be made, and needs its variables")
    func plan() async throws {
        let template = "variable \"n\" { type = number }\nresource \"terraform_data\" \"a\" {\n  count = var.n\n  input = \"v\"\n}\n"
        let planned = try await berth("plan", "--var", "n=2", template: template)
        #expect(planned.output.contains("# terraform_data.a[1] will be created"), "\(planned.output)")
        #expect(planned.output.contains("+ input  = \"v\"") && planned.output.contains("Plan: 2 to add"), "\(planned.output)")
        #expect(try await berth("plan", template: template).status == 1)
        #expect(try await berth("plan", "--replace", "var.x", "--var", "n=0", template: template).status == 64)
        let one = try await berth("plan", "--target", "terraform_data.a[1]", "--var", "n=3", template: template)
        #expect(one.status == 0 && one.output.contains("Plan: 1 to add"), "\(one.output)")
        #expect(one.output.contains("Resource targeting is in effect"), "\(one.output)")
        #expect(try await berth("plan", "--target", "foo", "--var", "n=0", template: template).status == 64)
        let document = try await berth("plan", "--json", "--var", "n=1", template: template)
        #expect(try JSONValue(parsing: document.output)["resource_changes"]?.arrayValue?.count == 1)
    }

    @Test("plan gives providers the answers and the workspace that options name")
    func build() async throws {
        let template =
            Self.coder + """
                data "coder_parameter" "size" {
                  name    = "size"
                  default = "small"
                }
                data "coder_workspace" "me" {}
                data "coder_workspace_owner" "me" {}
                output "all" {
                  value = "${data.coder_workspace_owner.me.name}/${data.coder_workspace.me.name}/${data.coder_parameter.size.value}"
                }
                """
        let options = try await berth(
            "plan", "--owner", "ada", "--workspace", "dev", "--parameter", "size=large", template: template,
            variables: ["CODER_WORKSPACE_NAME": "env"])
        #expect(options.output.contains("\"ada/dev/large\""), "\(options.output)")
        let environment = try await berth("plan", template: template, variables: ["CODER_WORKSPACE_NAME": "env"])
        #expect(environment.output.contains("\"owner/env/small\""), "\(environment.output)")
        #expect(try await berth("plan", "--parameter", "size", template: template).status == 64)
    }

    @Test("functions read outside of the template only if that is asked for")
    func files() async throws {
        let template = "output \"a\" { value = file(\"../secret\") }"
        let write: @Sendable (Fixture, String) throws -> Void = { fixture, _ in _ = try fixture.write("secret", "s3cret") }
        let refused = try await berth("plan", template: template, prepare: write)
        #expect(refused.status == 1 && refused.output.contains("outside of the template's directory"), "\(refused.output)")
        #expect(try await berth("validate", template: template, prepare: write).status == 1)
        let allowed = try await berth("plan", "--allow-files-outside", template: template, prepare: write)
        #expect(allowed.status == 0 && allowed.output.contains("s3cret"), "\(allowed.output)")
    }

    private static let form =
        coder + """
            data "coder_parameter" "size" {
              name = "size"
              option {
                name  = "Small"
                value = "s"
              }
              option {
                name  = "Large"
                value = "l"
              }
            }
            data "coder_parameter" "disk" {
              count   = data.coder_parameter.size.value == "l" ? 1 : 0
              name    = "disk"
              type    = "number"
              default = 10
              validation {
                min = 5
                max = 50
              }
            }
            data "coder_workspace_preset" "big" {
              name       = "big"
              parameters = { size = "l" }
            }
            """

    @Test(
        "parameters shows the form for the answers, and exits with 1 if a build could not begin",
        arguments: [
            ([], 1, "Required parameter not provided"), (["size=s"], 0, "size"), (["size=l"], 0, "disk"),
            (["--preset", "big"], 0, "disk"), (["--preset", "big", "disk=99"], 1, "disk"), (["--preset", "none"], 64, "big"),
            (["size=s", "colour=red"], 1, "no parameter \"colour\""), (["size"], 64, "expected name=value"),
        ] as [([String], Int32, String)])
    func parameters(_ arguments: [String], _ status: Int32, _ shown: String) async throws {
        try await Fixture.with { fixture in
            let directory = String(try fixture.write("main.tf", Self.form).dropLast("/main.tf".count))
            let result = try await TestSupport.run(Package.products + "/berth", ["template", "parameters", directory] + arguments)
            #expect(result.status == status, "\(result.output)")
            #expect(result.output.contains(shown), "\(result.output)")
        }
    }

    @Test("parameters tells programs the same")
    func parametersJSON() async throws {
        let result = try await berth("parameters", "size=l", "disk=7", "--output", "json", template: Self.form)
        let document = try JSONValue(parsing: result.output)
        #expect(document["valid"] == true)
        #expect(document["answers"]?.arrayValue?.map { $0["value"]?.stringValue } == ["7", "l"], "\(result.output)")
    }

    @Test("modules fetches from a mirror, locks what it took, and later commands find it")
    func modules() async throws {
        let template =
            "module \"m\" {\n  source  = \"example.com/team/thing/any\"\n  version = \"~> 1.0\"\n}\noutput \"t\" { value = module.m.text }\n"
        try await Fixture.with { fixture in
            let directory = String(try fixture.write("template/main.tf", template).dropLast("/main.tf".count))
            let module = try fixture.write(
                "mirror/example.com/team/thing/any/1.2.0/main.tf", "output \"text\" { value = file(\"${path.module}/text\") }\n")
            _ = try fixture.write("mirror/example.com/team/thing/any/1.2.0/text", "from the store")
            let mirror = String(module.dropLast("/example.com/team/thing/any/1.2.0/main.tf".count))
            func berth(_ arguments: String...) async throws -> RunResult {
                try await TestSupport.run(
                    Package.products + "/berth", ["template"] + arguments, environment: ["BERTH_MODULE_STORE": "\(directory)/../store"])
            }
            let before = try await berth("validate", directory)
            #expect(before.status == 1 && before.output.contains("berth template modules"), "\(before.output)")
            let fetched = try await berth("modules", directory, "--mirror", mirror, "--offline")
            #expect(fetched.status == 0 && fetched.output.contains("1.2.0"), "\(fetched.output)")
            let planned = try await berth("plan", directory)
            #expect(planned.status == 0 && planned.output.contains("from the store"), "\(planned.output)")
            // What is locked needs no mirror any more.
            #expect(try await berth("modules", directory, "--offline").status == 0)
        }
    }
}
