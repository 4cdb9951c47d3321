import Foundation
import HCL
import ProviderKit
import Providers
import TemplateConfiguration
import TemplateEngine
import TemplateEvaluation
import TemplateState
import TestSupport
import Testing

/// Terraform and the engine work on one state by turns, and neither finds anything to correct.
@Suite(.enabled(if: Terraform.path != nil, "terraform is not installed")) struct StateExchangeTests {
    @Test("what one has made the other finds as it should be, back and forth")
    func exchange() async throws {
        try await Fixture.with { fixture in
            let directory = try fixture.makeDirectory("template")
            _ = try fixture.write("template/main.tf", Self.root)
            _ = try fixture.write("template/m/main.tf", Self.module)
            let terraform = Terraform(fixture, directory)
            try await terraform.run(["init"])

            let ours = try await terraform.engineApply("1", nil)
            try terraform.store(ours)
            try await terraform.run(["plan", "-detailed-exitcode", "-var", "v=1"])

            try await terraform.run(["apply", "-auto-approve", "-var", "v=2"])
            let theirs = try terraform.stored()
            #expect(theirs.serial > ours.serial)
            let plan = try await terraform.enginePlan("2", theirs)
            #expect(!plan.hasChanges, "\(plan.changes.filter { $0.action != .noOp }.map(\.address.description))")

            try terraform.store(try await terraform.engineApply("3", theirs))
            try await terraform.run(["plan", "-detailed-exitcode", "-var", "v=3"])
            try await terraform.run(["destroy", "-auto-approve", "-var", "v=3"])
            #expect(try terraform.stored().resources.isEmpty)
        }
    }

    @Test("what terraform has made the engine destroys")
    func destroy() async throws {
        try await Fixture.with { fixture in
            let directory = try fixture.makeDirectory("template")
            _ = try fixture.write("template/main.tf", Self.root)
            _ = try fixture.write("template/m/main.tf", Self.module)
            let terraform = Terraform(fixture, directory)
            try await terraform.run(["init"])
            try await terraform.run(["apply", "-auto-approve", "-var", "v=1"])
            let result = try await terraform.engine().destroyWithoutTemplate(terraform.stored()) { _, _ in nil }
            #expect(!result.diagnostics.hasErrors, "\(result.diagnostics.map(\.text))")
            try terraform.store(result.state)
            #expect(result.state.resources.isEmpty && result.state.outputs.isEmpty)
            try await terraform.run(["plan", "-destroy", "-detailed-exitcode", "-var", "v=1"])
        }
    }

    private static let root = """
        variable "v" { type = string }
        locals { secret = sensitive("s-${var.v}") }
        resource "terraform_data" "many" {
          count            = 2
          input            = { index = count.index, list = [1, "a", true, null], v = var.v, big = 12345678901234567890.5, mark = "<&>" }
          triggers_replace = count.index == 0 ? [var.v] : null
        }
        resource "terraform_data" "each" {
          for_each = { p = "1", q = "2" }
          input    = { plain = each.value, secret = local.secret }
          triggers_replace = var.v
          lifecycle { create_before_destroy = true }
        }
        resource "terraform_data" "user" {
          input      = [terraform_data.many[0].id, terraform_data.each["p"].output.plain]
          depends_on = [module.m]
        }
        resource "terraform_data" "sometimes" {
          count = var.v == "2" ? 1 : 0
          input = tolist(["only", "in", var.v])
        }
        module "m" {
          source   = "./m"
          for_each = toset(["x", "y"])
          value    = "${each.key}-${var.v}"
        }
        check "c" {
          assert {
            condition     = length(terraform_data.many) == 2
            error_message = "There are not two."
          }
        }
        output "many" { value = terraform_data.many[*].output }
        output "secret" {
          value     = terraform_data.each["q"].output
          sensitive = true
        }
        output "modules" { value = { for key, m in module.m : key => m.out } }
        output "nothing" { value = null }
        """

    private static let module = """
        variable "value" { type = string }
        resource "terraform_data" "inner" {
          input = { value = var.value, set = toset(["b", "a"]), map = tomap({ k = 1 }) }
        }
        resource "terraform_data" "after" { triggers_replace = [terraform_data.inner.output.value] }
        output "out" { value = terraform_data.after.id == null ? "" : terraform_data.inner.output.value }
        """
}

/// The real one, and the engine, on one directory.
private struct Terraform {
    let fixture: Fixture
    let directory: String

    init(_ fixture: Fixture, _ directory: String) {
        self.fixture = fixture
        self.directory = directory
    }

    static let path: String? = {
        let places = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return places.map { "\($0)/terraform" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }()

    private var statePath: String { directory + "/terraform.tfstate" }

    /// Has to succeed; of a plan that means that there is nothing to do.
    func run(_ arguments: [String]) async throws {
        let path = try #require(Self.path)
        let configuration = try fixture.write("terraformrc", "")
        let result = try await TestSupport.run(
            path, arguments + ["-no-color", "-input=false"],
            environment: ["TF_CLI_CONFIG_FILE": configuration, "CHECKPOINT_DISABLE": "1"], directory: directory)
        #expect(result.status == 0, "\(arguments): \(result.output)")
    }

    func stored() throws -> State { try StateFile.read(String(contentsOfFile: statePath, encoding: .utf8)) }
    func store(_ state: State) throws { try StateFile.write(state).write(toFile: statePath, atomically: true, encoding: .utf8) }

    func engine() throws -> TemplateEngine {
        let (configuration, found) = ConfigurationLoader().load(directory)
        guard !found.hasErrors else { throw TestFailure("\(found.map(\.text))") }
        return TemplateEngine(
            configuration: configuration, catalog: ProviderCatalog(standardProviders()),
            environment: EngineEnvironment(provider: ProviderEnvironment(directory: directory)))
    }

    func enginePlan(_ value: String, _ state: State?) async throws -> Plan {
        let result = try await engine().plan(state, variables: ["v": .string(value)])
        guard let plan = result.plan else { throw TestFailure("\(result.diagnostics.map(\.text))") }
        return plan
    }

    func engineApply(_ value: String, _ state: State?) async throws -> State {
        let result = try await engine().apply(enginePlan(value, state), journal: nil)
        guard !result.diagnostics.hasErrors else { throw TestFailure("\(result.diagnostics.map(\.text))") }
        return result.state
    }
}
