import HCL
import TemplateConfiguration
import TemplateState
import TestSupport
import Testing

@testable import Conformance

@Suite(.enabled(if: Terraform.isPresent, Terraform.absence))
struct PlanTests {
    @Test("plans are shown as terraform shows them", arguments: ["", "-var v=2", "-destroy", "-var v=1 -replace=terraform_data.js"])
    func shown(arguments: String) async throws {
        try await Fixture.with { fixture in
            let directory = try fixture.makeDirectory("terraform")
            _ = try fixture.write("terraform/main.tf", PlanTests.configuration)
            _ = try fixture.write("terraform/m/main.tf", PlanTests.module)
            _ = try await Terraform.run("init", in: directory)
            if !arguments.isEmpty {
                _ = try await Terraform.run("apply -auto-approve", in: directory)
                _ = try await Terraform.run("taint 'terraform_data.each[\"b\"]'", in: directory)
                let changed = PlanTests.configuration.replacing("\"mv1\"", with: "\"mv2\"") + "\n" + PlanTests.addition
                if arguments != "-destroy" { _ = try fixture.write("terraform/main.tf", changed) }
            }
            _ = try await Terraform.run("plan -out=p " + arguments, in: directory)
            let real = try RealPlan(try await Terraform.run("show -json p", in: directory).output)
            for (option, style) in [(" -no-color", TextStyle.plain), ("", .coloured)] {
                let expected = try await Terraform.run("show\(option) p", in: directory).output
                let text = PlanText(real.plan, style: style, schemas: Terraform.schemas).text()
                let difference = zip(lines(expected), lines(text)).first { $0 != $1 }
                #expect(text == expected, "first difference: \(String(describing: difference))")
            }
            let json = PlanJSON(real.plan, schemas: Terraform.schemas)
            #expect(JSONDifference.lines(real.document["resource_changes"], try JSONText.parse(try json.resourceChanges())) == [])
            #expect(JSONDifference.lines(real.document["output_changes"], try JSONText.parse(try json.outputChanges())) == [])
            let whole = try JSONText.parse(try json.text())
            #expect(JSONDifference.lines(real.document["planned_values"]?["root_module"], whole["planned_values"]?["root_module"]) == [])
        }
    }

    @Test("what is forgotten, left over or moved away is shown as terraform shows it")
    func unusual() async throws {
        try await Fixture.with { fixture in
            let directory = try fixture.makeDirectory("terraform")
            let kept = "resource \"terraform_data\" \"h\" {\n}\n"
            _ = try fixture.write("terraform/m/main.tf", "resource \"terraform_data\" \"x\" {\n  input = 1\n}\n")
            _ = try fixture.write(
                "terraform/main.tf",
                kept + "resource \"terraform_data\" \"g\" {\n  input = 1\n}\nmodule \"m\" {\n  source = \"./m\"\n}\n")
            _ = try await Terraform.run("init", in: directory)
            _ = try await Terraform.run("apply -auto-approve", in: directory)
            var state = try StateFile.read(try await TestSupport.run("/bin/cat", ["\(directory)/terraform.tfstate"]).output)
            let address = try ResourceInstanceAddress.parse("terraform_data.h")
            let current = state[address]?.current
            state[address]?.deposed["00abcdef"] = current
            _ = try fixture.write("terraform/terraform.tfstate", StateFile.write(state))
            _ = try fixture.write(
                "terraform/main.tf",
                kept + "removed {\n  from = terraform_data.g\n  lifecycle {\n    destroy = false\n  }\n}\n"
                    + "moved {\n  from = module.m\n  to   = module.n\n}\n")
            _ = try await Terraform.run("plan -out=p", in: directory)
            let real = try RealPlan(try await Terraform.run("show -json p", in: directory).output)
            let expected = try await Terraform.run("show p", in: directory).output
            #expect(PlanText(real.plan, style: .coloured, schemas: Terraform.schemas).text() == expected)
        }
    }

    @Test("lists are compared as terraform compares them")
    func lists() async throws {
        let pairs = [
            ("[1,2]", "[1,4]"), ("[1,2,3,4]", "[1,5,6,4]"), ("[1,2,3]", "[1,4,3,5]"), ("[1,2,3,4,5]", "[2,3,4,5,6]"), ("[1,1]", "[1,2]"),
            ("[1,2,3]", "[3,2,1]"), ("[1,1,2]", "[1,3,4]"), ("[1,2,2,3]", "[2,1,3,2]"), ("[{a=1},{a=2}]", "[{a=2},{a=3},{a=4}]"),
            ("\"a\\nb\\nc\"", "\"a\\nd\\nc\""), ("null", "{a=null}"), ("{a=null,b=1}", "{a=1,b=null}"), ("\"[1]\"", "\"[ 1]\""),
            ("[]", "[[]]"),
            ("\"{\\\"a\\\":1}\"", "\"x\""), ("{}", "\"\""), ("1", "\"x\\ny\""), ("[1,2,3,4,5,6,7,8]", "[1,2,3,0,4,5,6,7,8]"),
        ]
        try await Fixture.with { fixture in
            let directory = try fixture.makeDirectory("terraform")
            func outputs(_ values: [String]) -> String {
                values.enumerated().map { "output \"o\($0)\" {\n  value = \($1)\n}\n" }.joined()
            }
            _ = try fixture.write("terraform/main.tf", outputs(pairs.map(\.0)))
            _ = try await Terraform.run("apply -auto-approve", in: directory)
            _ = try fixture.write("terraform/main.tf", outputs(pairs.map(\.1)))
            _ = try await Terraform.run("plan -out=p", in: directory)
            let expected = try await Terraform.run("show -no-color p", in: directory).output
            let real = try RealPlan(try await Terraform.run("show -json p", in: directory).output)
            let text = PlanText(real.plan, schemas: Terraform.schemas).text()
            let difference = zip(lines(expected), lines(text)).first { $0 != $1 }
            #expect(text == expected, "first difference: \(String(describing: difference))")
        }
    }

    private func lines(_ text: String) -> [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }

    private static let configuration = #"""
        variable "v" { default = 1 }
        variable "s" {
          default = "x"
          sensitive = true
        }
        resource "terraform_data" "create" {
          count = var.v == 2 ? 1 : 0
          input = { n = null, l = [], e = {}, x = { y = [1, { z = 2 }] }, "a b" = 1, multi = "a\nb\n", s = var.s, t = tomap({"q r"=true}) }
          triggers_replace = "t"
        }
        resource "terraform_data" "gone" {
          count = var.v == 1 ? 1 : 0
          input = { n = null, l = [1, { z = 2 }], e = {}, b = true }
        }
        resource "terraform_data" "upd" {
          input = [{ a = 1, id = "x", keep = [1,2], l = [1,2,3,4,5,6,7], o = [{k=1,name="n",z=null},{k=2,name="m",z=null}], s = var.s, ty = "x", same = "z" }, { a = 2, id = "x", keep = [1,2], l = [1,2,3,9,5,6,7,8], o = [{k=1,name="n",z=null},{k=3,name="m",z=null}], s = "${var.s}!", ty = [1], same = "z" }][var.v - 1]
        }
        resource "terraform_data" "rep" {
          input = "same"
          triggers_replace = [var.v, "b"]
        }
        resource "terraform_data" "cbd" {
          input = "multi\nline ${var.v}\nend\n"
          triggers_replace = [var.v, "b"]
          lifecycle { create_before_destroy = true }
        }
        resource "terraform_data" "each" {
          for_each = var.v == 1 ? toset(["a","b"]) : toset(["b"])
          input = each.key
        }
        resource "terraform_data" "cnt" {
          count = var.v == 1 ? 2 : 1
        }
        resource "terraform_data" "js" { input = jsonencode({a = var.v, b = [1,2]}) }
        resource "terraform_data" "mv1" {
         input = 1
         }
        module "m" {
          source = "./m"
          v = var.v
        }
        output "o1" { value = var.v }
        output "same" { value = 1 }
        output "ol" { value = { a = [1, var.v], b = "k" } }
        output "se" {
         value = "${var.s}${var.v}"
         sensitive = true
        }
        output "unk" { value = terraform_data.rep.id }
        resource "terraform_data" "scalar" { triggers_replace = var.v == 1 ? "z" : terraform_data.js.id }
        resource "terraform_data" "marked" { input = tostring(var.v) == "1" ? "p" : sensitive("p") }
        """#

    private static let addition = #"""

        moved {
          from = terraform_data.mv1
          to   = terraform_data.mv2
        }
        output "new" { value = 5 }
        data "terraform_remote_state" "r" {
          backend = "local"
          config  = { path = terraform_data.rep.id }
        }
        """#

    private static let module = #"""
        variable "v" {}
        resource "terraform_data" "x" {
          count = 1
          input = var.v
        }
        output "i" { value = terraform_data.x[0].id }
        """#
}
