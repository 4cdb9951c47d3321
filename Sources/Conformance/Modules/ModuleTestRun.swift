import HCL
import ProviderKit
import TemplateConfiguration
import TemplateEngine
import TemplateEvaluation
import TemplateState

/// Carries out one run of a test; its asserts are check blocks of the module for that time.
struct ModuleTestRun {
    let run: ModuleTest.Run
    let configuration: Configuration
    let catalog: ProviderCatalog

    /// What is wrong, nil if nothing is; and the state afterwards.
    func perform(_ state: State?) async -> (problem: String?, state: State?) {
        let (overrides, found) = evaluate(Dictionary(run.overrides.map { ($0.target, $0.values) }) { $1 })
        let (variables, mistakes) = evaluate(run.variables)
        if let error = (found + mistakes).first { return ("\(error)", state) }
        var catalog = catalog
        if !overrides.isEmpty { catalog.providers = catalog.providers.mapValues { OverridingProvider(base: $0, values: overrides) } }
        let engine = TemplateEngine(
            configuration: checked, catalog: catalog,
            environment: EngineEnvironment(provider: ProviderEnvironment(directory: configuration.rootDirectory)))
        let planned = await engine.plan(state, variables: variables.filter { configuration.root.variables[$0.key] != nil })
        if !run.expectedFailures.isEmpty { return (judge(planned.diagnostics), state) }
        guard let plan = planned.plan, !planned.diagnostics.hasErrors else { return (text(planned.diagnostics), state) }
        if run.isPlan { return (problem(plan.checks), state) }
        let applied = await engine.apply(plan, journal: nil)
        if applied.diagnostics.hasErrors { return (text(applied.diagnostics), applied.state) }
        return (problem(applied.state.checks), applied.state)
    }

    private static let checkPrefix = "test-"

    private var checked: Configuration {
        var checked = configuration
        var root = configuration.root
        for (name, output) in root.outputs {
            let local = ModuleTest.outputPrefix + name
            guard let value = output.value else { continue }
            root.locals[local] = LocalDeclaration(name: local, expression: value, range: output.range)
        }
        for (index, rule) in run.asserts.enumerated() {
            var check = CheckDeclaration(name: Self.checkPrefix + String(index), range: rule.range)
            check.asserts = [rule]
            root.checks[check.name] = check
        }
        checked.modules[.root] = root
        return checked
    }

    private func evaluate(_ expressions: [String: Expression]) -> ([String: Value], Diagnostics) {
        let context = EvaluationContext(variables: [:], functions: StandardFunctions.all)
        var values: [String: Value] = [:]
        var diagnostics: Diagnostics = []
        for (name, expression) in expressions {
            let (value, found) = expression.evaluate(in: context)
            values[name] = value
            diagnostics += found.filter { $0.severity == .error }
        }
        return (values, diagnostics)
    }

    private func problem(_ checks: [CheckState]) -> String? {
        let failed = checks.flatMap(\.instances).filter { $0.address.hasPrefix("check.\(Self.checkPrefix)") && $0.status != .pass }
        return failed.isEmpty ? nil : failed.map { "\($0.status): \($0.failureMessages.joined(separator: " "))" }.joined(separator: "; ")
    }

    private func text(_ diagnostics: Diagnostics) -> String {
        diagnostics.filter { $0.severity == .error }.map { "\($0.summary): \($0.detail)" }.joined(separator: "; ")
    }

    /// Whether exactly what was expected to fail did.
    private func judge(_ diagnostics: Diagnostics) -> String? {
        let errors = diagnostics.filter { $0.severity == .error }
        let expected = run.expectedFailures.map { ($0.joined(separator: "."), rules(of: $0)) }
        func isAbout(_ error: Diagnostic, _ rules: [CheckRule]) -> Bool {
            rules.contains { error.subject == $0.condition.range || error.detail.contains("\($0.range)") }
        }
        if let other = errors.first(where: { error in !expected.contains { isAbout(error, $0.1) } }) { return text([other]) }
        let missing = expected.filter { expectation in !errors.contains { isAbout($0, expectation.1) } }.map(\.0)
        return missing.isEmpty ? nil : "did not fail: \(missing.joined(separator: ", "))"
    }

    private func rules(of names: [String]) -> [CheckRule] {
        let root = configuration.root
        let names = names.first == "resource" ? Array(names.dropFirst()) : names
        switch (names.first, names.dropFirst().first) {
        case ("var", let name?): return root.variables[name]?.validations ?? []
        case ("local", let name?): return root.outputs[String(name.dropFirst(ModuleTest.outputPrefix.count))]?.preconditions ?? []
        case ("check", let name?): return root.checks[name]?.asserts ?? []
        case (let type?, let name?):
            let isData = type == "data" && names.count > 2
            let address = isData ? ResourceAddress(.data, name, names[2]) : ResourceAddress(.managed, type, name)
            return root.resources[address].map { $0.lifecycle.preconditions + $0.lifecycle.postconditions } ?? []
        default: return []
        }
    }
}
