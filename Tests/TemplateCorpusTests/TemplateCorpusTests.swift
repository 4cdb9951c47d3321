import HCL
import ProviderKit
import Providers
import TemplateConfiguration
import TemplateEngine
import TemplateForms
import TemplateGraph
import TemplateState
import TemplateValidation
import Synchronization
import Testing
import Threads

@testable import Conformance

@Suite(.enabled(if: TemplateCorpus.isThere, "Coder's templates are not beside the repository"))
struct TemplateCorpusTests {
    @Test("there are templates and modules to look at")
    func count() {
        #expect(!TemplateCorpus.templates.isEmpty)
        #expect(!TemplateCorpus.modules.isEmpty)
    }

    @Test(
        "every published template and module is valid as far as it can be checked",
        arguments: TemplateCorpus.templates + TemplateCorpus.modules)
    func validates(_ path: String) async throws {
        let (configuration, _, diagnostics) = try await TemplateCorpus.load(path)
        #expect(!diagnostics.hasErrors, "\(diagnostics.map(\.summary))")
        let found = try await DeepStack.run {
            TemplateValidator(configuration: configuration, catalog: TemplateCorpus.catalog, passesOverMissingProviders: true).validate()
        }
        let mistakes = found.filter { $0.severity == .error }.map { "\($0.subject?.description ?? ""): \($0.detail)" }
        // It calls modules for an agent that it does not have, as Terraform finds, too.
        let known = path == "templates/gcp-devcontainer" ? #""coder_agent" "main""# : "none"
        #expect(mistakes.filter { !$0.contains(known) } == [])
    }

    @Test("every published template and module shows its form", arguments: TemplateCorpus.templates + TemplateCorpus.modules)
    func asks(_ path: String) async throws {
        let (configuration, _, _) = try await TemplateCorpus.load(path)
        let (form, diagnostics) = await TemplateForm.evaluate(
            configuration, catalog: TemplateCorpus.catalog, answers: FormAnswers())
        #expect(!diagnostics.hasErrors, "\(diagnostics.map(\.summary))")
        let declared = configuration.modules.values.reduce(0) { count, module in
            count
                + module.resources.keys.count {
                    $0.mode == .data && $0.type == "coder_parameter" && module.resources[$0]?.repetition.expression == nil
                }
        }
        #expect(form.questions.count >= declared)
        // Without answers, nothing else may be wrong than that some are missing.
        let problems = form.questions.flatMap(\.findings).filter {
            $0.severity == .error && $0.summary != "Required parameter not provided"
        }
        #expect(problems.isEmpty, "\(problems)")
    }

    @Test(
        "every published module that needs nothing from elsewhere is planned", arguments: TemplateCorpus.templates + TemplateCorpus.modules)
    func plans(_ path: String) async throws {
        let (configuration, missing, _) = try await TemplateCorpus.load(path)
        let explanation = TemplateExplanation(configuration, engines: [.native(TemplateCorpus.catalog)])
        guard missing.isEmpty, explanation.choice == "native" else { return }
        var build = BuildEnvironment(
            accessURL: "https://berth.example.com", workspace: .init(id: "1", name: "ws"), owner: .init(id: "2", name: "ada"),
            template: .init(id: "3", name: "t", version: "1"))
        build.externalAuth = ["jfrog": "token"]
        let engine = TemplateEngine(
            configuration: configuration, catalog: TemplateCorpus.catalog,
            environment: EngineEnvironment(
                provider: ProviderEnvironment(variables: build.variables(for: .plan), directory: configuration.rootDirectory),
                allowedRoot: configuration.rootDirectory))
        let required = configuration.root.variables.filter { $0.value.input.fallback == nil }
        var values = required.reduce(into: [:]) { $0[$1.key] = Self.value(for: $1.value) }
        if configuration.root.variables["accept_license"] != nil { values["accept_license"] = .true }
        let result = await engine.plan(nil, variables: values)
        #expect(result.plan != nil, "\(result.diagnostics.map { "\($0.summary): \($0.detail)" })")
    }

    @Test("published modules pass the tests that they bring along")
    func moduleTests() async {
        let problems = Mutex<[String]>([])
        let counts = await ModuleCorpus(directory: TemplateCorpus.root + "/modules/registry").run(limit: .max) { line in
            problems.withLock { $0.append(line) }
        }
        #expect(counts.passed > 0)
        #expect(counts.failed == 0, "\(problems.withLock { $0.filter { !$0.hasPrefix("SKIP") } })")
    }

    /// Something that a required variable may be.
    private static func value(for variable: VariableDeclaration) -> Value {
        switch variable.input.type {
        case .string where variable.input.name.contains("url"): .string("https://git.example.com/team/project")
        case .string where variable.input.name == "folder": .string("/home/coder")
        case .object(let attributes, _): .object(attributes.mapValues { .list([], of: $0.elementType ?? .string) })
        default: .string("example")
        }
    }
}
