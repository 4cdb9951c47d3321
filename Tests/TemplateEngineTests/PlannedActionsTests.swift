import HCL
import ProviderKit
import Providers
import Provisioners
import TemplateConfiguration
import TemplateEngine
import TemplateEvaluation
import TemplateState
import TestSupport
import Testing

/// What is planned for a template after another one was applied; Terraform plans the same.
@Suite struct PlannedActionsTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var before: String
        var after: String
        /// By address, without what stays.
        var actions: [String: String] = [:]
        var problems: [String] = []

        var testDescription: String { name }
    }

    static let cases = [
        Case(
            name: "what is made anew because of a trigger, and what is not",
            before: trigger("1"), after: trigger("2"),
            actions: [
                #"terraform_data.a["x"]"#: "update", #"terraform_data.same["x"]"#: "replace", "terraform_data.whole": "replace",
            ]),
        Case(
            name: "a trigger that is new triggers nothing", before: #"resource "terraform_data" "b" {}"#,
            after: """
                resource "terraform_data" "a" { input = 1 }
                resource "terraform_data" "b" {
                  lifecycle { replace_triggered_by = [terraform_data.a] }
                }
                """,
            actions: ["terraform_data.a": "create"]),
        Case(
            name: "a trigger without instances is a mistake", before: "",
            after: """
                resource "terraform_data" "a" { count = 0 }
                resource "terraform_data" "b" {
                  lifecycle { replace_triggered_by = [terraform_data.a] }
                }
                """,
            problems: ["no change found for terraform_data.a in the root module"]),
        Case(
            name: "a replacement ends an object, too", before: kept("1"), after: kept("2"),
            problems: ["Instance cannot be destroyed"]),
        Case(
            name: "chains of moves, whatever their order", before: #"resource "terraform_data" "a" { input = 1 }"#,
            after: """
                resource "terraform_data" "c" { input = 2 }
                moved {
                  from = terraform_data.b
                  to   = terraform_data.c
                }
                moved {
                  from = terraform_data.a
                  to   = terraform_data.b
                }
                """,
            actions: ["terraform_data.c": "update"]),
        Case(
            name: "an import needs an instance that is there", before: "",
            after: """
                resource "terraform_data" "a" { count = 1 }
                import {
                  to = terraform_data.a[5]
                  id = "x"
                }
                """,
            problems: ["Configuration for import target does not exist"]),
        Case(
            name: "an import without a key needs a resource without instances", before: "",
            after: """
                resource "terraform_data" "a" { count = 1 }
                import {
                  to = terraform_data.a
                  id = "x"
                }
                """,
            problems: ["Invalid import 'to' expression"]),
        Case(
            name: "an object may be forgotten", before: #"resource "terraform_data" "a" {}"#,
            after: """
                removed {
                  from = terraform_data.a
                  lifecycle { destroy = false }
                }
                """,
            actions: ["terraform_data.a": "forget"], problems: ["Some objects will no longer be managed by Terraform"]),
        Case(
            name: "what is read by the name of an object waits for it, though all that is used is known", before: "",
            after: """
                resource "terraform_data" "a" { input = "none.tfstate" }
                data "terraform_remote_state" "x" {
                  backend = "local"
                  config  = { path = terraform_data.a.input }
                }
                """,
            actions: ["terraform_data.a": "create", "data.terraform_remote_state.x": "read"]),
        Case(
            name: "what depends on itself only in words is made", before: "",
            after: """
                resource "terraform_data" "a" { depends_on = [terraform_data.a] }
                """,
            actions: ["terraform_data.a": "create"]),
        Case(
            name: "a reference to itself is told as often as it is wrong", before: "",
            after: #"resource "terraform_data" "a" { input = terraform_data.a.id }"#,
            problems: ["Self-referential block", "Self-referential block"]),
    ]

    private static func trigger(_ input: String) -> String {
        """
        resource "terraform_data" "a" {
          for_each = toset(["x", "y"])
          input    = each.key == "x" ? "\(input)" : "0"
        }
        resource "terraform_data" "same" {
          for_each = toset(["x", "y"])
          lifecycle { replace_triggered_by = [terraform_data.a[each.key].input] }
        }
        resource "terraform_data" "whole" {
          lifecycle { replace_triggered_by = [terraform_data.a] }
        }
        """
    }

    private static func kept(_ trigger: String) -> String {
        """
        resource "terraform_data" "a" {
          triggers_replace = "\(trigger)"
          lifecycle { prevent_destroy = true }
        }
        """
    }

    @Test("the plan for a template that has changed", arguments: cases)
    func plan(_ example: Case) async throws {
        var run = TemplateRun()
        try await run.apply(example.before)
        let (plan, problems) = try await run.plan(example.after)
        #expect(problems == example.problems)
        let actions = (plan?.changes ?? []).filter { $0.action != .noOp }.map { ($0.address.description, $0.action.rawValue) }
        #expect(Dictionary(actions) { $1 } == example.actions)
    }

    @Test("conditions that were not judged are not known to hold")
    func unreached() async throws {
        var run = TemplateRun()
        let (_, problems) = try await run.apply(
            """
            resource "terraform_data" "a" {
              provisioner "local-exec" { command = "exit 1" }
            }
            output "o" {
              value = terraform_data.a.id
              precondition {
                condition     = terraform_data.a.id != ""
                error_message = "No id."
              }
            }
            """)
        #expect(problems == ["local-exec provisioner error"])
        #expect(run.state?.checks.map(\.configuredAddress) == ["output.o"])
        #expect(run.state?.checks.map(\.status) == [.unknown])
    }

    @Test("who refers to one instance does not mind that another one fails")
    func instances() async throws {
        var run = TemplateRun()
        let (_, problems) = try await run.apply(
            """
            resource "terraform_data" "a" {
              for_each = { good = "true", bad = "false" }
              provisioner "local-exec" { command = each.value }
            }
            resource "terraform_data" "b" { input = terraform_data.a["bad"].id }
            resource "terraform_data" "c" { input = terraform_data.a["good"].id }
            """)
        #expect(problems == ["local-exec provisioner error"])
        #expect(run.state?.resources.keys.map(\.description).sorted() == ["terraform_data.a", "terraform_data.c"])
    }
}

/// A template that is changed and applied again and again.
private struct TemplateRun {
    var state: State?

    @discardableResult
    mutating func apply(_ text: String) async throws -> (Plan?, [String]) {
        let (planned, problems) = try await result(text) { engine, state in
            let planned = await engine.plan(state)
            guard let plan = planned.plan else { return (planned.plan, planned.diagnostics, state) }
            let applied = await engine.apply(plan, journal: nil)
            return (plan, applied.diagnostics, applied.state)
        }
        return (planned, problems)
    }

    mutating func plan(_ text: String) async throws -> (Plan?, [String]) {
        try await result(text) { engine, state in
            let planned = await engine.plan(state)
            return (planned.plan, planned.diagnostics, state)
        }
    }

    private mutating func result(
        _ text: String, _ work: @Sendable (TemplateEngine, State?) async throws -> (Plan?, Diagnostics, State?)
    ) async throws -> (Plan?, [String]) {
        let before = state
        let (plan, problems, after) = try await Fixture.with { fixture in
            _ = try fixture.write("main.tf", text)
            let (configuration, found) = ConfigurationLoader().load(fixture.directory)
            let catalog = ProviderCatalog(standardProviders(), provisioners: allProvisioners())
            let engine = TemplateEngine(
                configuration: configuration, catalog: catalog,
                environment: EngineEnvironment(provider: .init(directory: fixture.directory)))
            let (plan, diagnostics, after) = try await work(engine, before)
            return (plan, (found + diagnostics).map(\.summary), after)
        }
        state = after
        return (plan, problems)
    }
}
