import HCL
import PluginKit
import TemplateConfiguration
import TemplateGraph
import Threads

/// A template that can be run, with the values of its variables.
struct LoadedTemplate: Sendable {
    var configuration: Configuration
    /// As they were given, by name.
    var variables: [String: Value]
    var places: DiagnosticPlaces { DiagnosticPlaces(configuration) }
}

extension TemplateOperation {
    /// Reads the request's template; tells what is wrong with it.
    ///
    /// - Parameter needsVariables: whether every variable must have a value.
    /// - Throws: if it cannot be run.
    func template(needsVariables: Bool = true) async throws -> LoadedTemplate {
        guard let directory = request.sourceDirectory else {
            throw Failure(
                .invalidArgument, code: "template.missing", summary: "no template was given", detail: "Give the directory of one.")
        }
        let loader = TemplateLoader(runner.settings, variables: runner.variables, cacheDirectory: runner.cacheDirectory)
        let (configuration, diagnostics) = try await loader.load(directory)
        let places = DiagnosticPlaces(configuration)
        reporter.report(diagnostics, "template.invalid", places: places)
        if diagnostics.hasErrors { throw Failure(explained: .failed) }
        let (catalog, given) = (runner.catalog, inputs.variables)
        let (obstacles, resolved, problems) = try await DeepStack.run {
            let explanation = TemplateExplanation(configuration, engines: [.native(catalog)])
            let (resolved, problems) = Self.variables(given, of: configuration, in: directory)
            return (explanation.verdicts[0].canRun ? nil : explanation.text, resolved, problems)
        }
        if let obstacles {
            throw Failure(
                .unsupported, code: "template.not-native", summary: "the template needs what this plugin does not have",
                detail: "\(obstacles)\n\nUse an engine that has all of it, or take it out of the template.")
        }
        let told = needsVariables ? problems : problems.filter { $0.summary != "No value for required variable" }
        reporter.report(told, "template.variables", places: places)
        if told.hasErrors { throw Failure(explained: .failed) }
        return LoadedTemplate(configuration: configuration, variables: resolved)
    }

    /// Values from files of the template and from the build.
    private static func variables(
        _ given: [String: String], of configuration: Configuration, in directory: String
    ) -> ([String: Value], Diagnostics) {
        var inputs = VariableInputs.collected(environment: [:], directory: directory)
        var unknown: Diagnostics = []
        for (name, text) in given.sorted(by: { $0.key < $1.key }) {
            if configuration.root.variables[name] == nil {
                let detail = "The build has a value for it, which is not used."
                unknown.append(Diagnostic(.warning, "The template has no variable \(name.goQuoted)", detail))
            } else {
                inputs.add(name, text: text)
            }
        }
        let (resolved, problems) = inputs.resolve(for: configuration.root)
        return (resolved.given, unknown + problems)
    }
}
