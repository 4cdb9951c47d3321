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

/// Plans that are limited to targets, and applying them; Terraform does the same.
@Suite struct TargetingTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        /// Applied as a whole before; nil for nothing.
        var before: String?
        var template = Self.chain
        var targets: [String]
        var isDestroy = false
        /// By address, everything that is planned.
        var actions: [String: String] = [:]
        /// What is there afterwards.
        var objects: [String] = []
        /// The outputs that are there afterwards, and known.
        var outputs: [String] = []
        /// Beside the two warnings.
        var problems: [String] = []

        var testDescription: String { name }

        static let chain = """
            resource "terraform_data" "a" {}
            resource "terraform_data" "b" { input = terraform_data.a.id }
            resource "terraform_data" "c" { input = terraform_data.b.id }
            output "a" { value = terraform_data.a.id }
            output "c" { value = terraform_data.c.id }
            output "constant" { value = 1 }
            """
        static let many = """
            resource "terraform_data" "a" { count = 3 }
            resource "terraform_data" "b" { input = terraform_data.a[0].id }
            output "all" { value = terraform_data.a[*].id }
            """
    }

    static let cases = [
        Case(
            name: "a target and what it depends on", targets: ["terraform_data.b"],
            actions: ["terraform_data.a": "create", "terraform_data.b": "create"], objects: ["terraform_data.a", "terraform_data.b"],
            outputs: ["a"]),
        Case(
            name: "what depends on a target ends with it, and outputs stay", before: Case.chain, targets: ["terraform_data.b"],
            isDestroy: true, actions: ["terraform_data.b": "delete", "terraform_data.c": "delete"], objects: ["terraform_data.a"],
            outputs: ["a", "c", "constant"]),
        Case(
            name: "one instance; of the others there is nothing to refer to", template: Case.many, targets: ["terraform_data.a[1]"],
            actions: ["terraform_data.a[1]": "create"], objects: ["terraform_data.a[1]"], outputs: ["all"]),
        Case(
            name: "what is needed of a resource is all of it", template: Case.many, targets: ["terraform_data.b"],
            actions: [
                "terraform_data.a[0]": "create", "terraform_data.a[1]": "create", "terraform_data.a[2]": "create",
                "terraform_data.b": "create",
            ],
            objects: ["terraform_data.a[0]", "terraform_data.a[1]", "terraform_data.a[2]", "terraform_data.b"], outputs: ["all"]),
        Case(
            name: "what the template does not have any more ends only as a target", before: Case.chain,
            template: #"resource "terraform_data" "a" { input = 1 }"#, targets: ["terraform_data.c"],
            actions: ["terraform_data.c": "delete"], objects: ["terraform_data.a", "terraform_data.b"], outputs: ["a", "c", "constant"]),
        Case(name: "a target that is nowhere", targets: ["module.none", "terraform_data.none"]),
        Case(
            name: "an instance that was left out cannot be used", template: Case.many,
            targets: ["terraform_data.a[1]", "terraform_data.b"],
            actions: ["terraform_data.a[1]": "create", "terraform_data.b": "create"], objects: ["terraform_data.a[1]"], outputs: ["all"],
            problems: ["Configuration contains unknown value"]),
    ]

    @Test("a plan that is limited to targets, and what is there when it was applied", arguments: cases)
    func target(_ example: Case) async throws {
        try await Fixture.with { fixture in
            var state: State?
            if let before = example.before {
                let engine = try Self.engine(before, fixture)
                let plan = try #require(await engine.plan(nil).plan)
                state = await engine.apply(plan, journal: nil).state
            }
            let engine = try Self.engine(example.template, fixture)
            var options = PlanOptions()
            options.isDestroy = example.isDestroy
            options.targets = try example.targets.map(Target.parse)
            let planned = await engine.plan(state, options: options)
            let plan = try #require(planned.plan, "\(planned.diagnostics)")
            #expect(planned.diagnostics.map(\.summary) == ["Resource targeting is in effect"])
            let actions = plan.changes.map { ($0.address.description, $0.action.rawValue) }
            #expect(Dictionary(actions) { $1 } == example.actions)
            let applied = await engine.apply(plan, journal: nil)
            #expect(applied.diagnostics.map(\.summary) == example.problems + ["Applied changes may be incomplete"])
            let objects = applied.state.resources.flatMap { resource, content in
                content.instances.keys.map { resource.instance($0).description }
            }
            #expect(objects.sorted() == example.objects)
            #expect(applied.state.outputs.keys.sorted() == example.outputs)
        }
    }

    @Test("an object that has moved is a target at both ends")
    func moved() async throws {
        try await Fixture.with { fixture in
            let engine = try Self.engine(#"resource "terraform_data" "a" {}"#, fixture)
            let state = await engine.apply(try #require(await engine.plan(nil).plan), journal: nil).state
            let template = """
                resource "terraform_data" "b" {}
                moved {
                  from = terraform_data.a
                  to   = terraform_data.b
                }
                """
            var options = PlanOptions()
            options.targets = [try Target.parse("terraform_data.b")]
            let excluded = try await Self.engine(template, fixture).plan(state, options: options)
            #expect(excluded.plan == nil)
            #expect(excluded.diagnostics.last?.summary == "Moved resource instances excluded by targeting")
            options.targets.append(try Target.parse("terraform_data.a"))
            let plan = try await Self.engine(template, fixture).plan(state, options: options).plan
            #expect(plan?.changes.map(\.address.description) == ["terraform_data.b"])
        }
    }

    @Test("what is no address is no target", arguments: ["foo", "module", "a.b.c", "a.b[", ""])
    func wrong(_ text: String) {
        let error = #expect(throws: Diagnostic.self) { try Target.parse(text) }
        #expect(error?.summary == "Invalid target \"\(text)\"")
    }

    private static func engine(_ text: String, _ fixture: Fixture) throws -> TemplateEngine {
        _ = try fixture.write("main.tf", text)
        return TemplateEngine(
            configuration: ConfigurationLoader().load(fixture.directory).0,
            catalog: ProviderCatalog(standardProviders(), provisioners: allProvisioners()),
            environment: EngineEnvironment(provider: .init(directory: fixture.directory)))
    }
}
