package import HCL
import ProviderKit
import Providers
import ResourceGraph
package import TemplateConfiguration
import TemplateEngine
package import TemplateEvaluation

extension TemplateForm {
    /// Evaluates what a template asks, for the answers so far.
    ///
    /// Only the data sources of the provider `coder` are read, and what they need is computed; nothing else is touched, so that it
    /// takes milliseconds and can be done for every change of an answer.
    /// - Parameters:
    ///   - build: who asks for which workspace; what `data.coder_workspace_owner` and the like tell.
    ///   - variables: values of the template's variables; those without are unknown.
    /// - Returns: the form, and what is wrong with the template beside it.
    package static func evaluate(
        _ configuration: Configuration, catalog: ProviderCatalog, answers: FormAnswers, build: [String: String] = [:],
        variables: [String: Value] = [:], allowedRoot: String? = nil
    ) async -> (form: TemplateForm, diagnostics: Diagnostics) {
        guard let coder = ProviderAddress(source: CoderProvider.source) else { return (TemplateForm([]), []) }
        var lenient = catalog
        lenient.providers[coder] = CoderProvider(isLenient: true)
        var environment = build
        for (name, value) in answers.previous {
            environment[BuildEnvironment.previousParameterVariable(name: name)] = value
            environment[BuildEnvironment.parameterVariable(name: name)] = value
        }
        for (name, value) in answers.inputs { environment[BuildEnvironment.parameterVariable(name: name)] = value }
        let engine = TemplateEngine(
            configuration: configuration, catalog: lenient,
            environment: EngineEnvironment(
                provider: ProviderEnvironment(variables: environment, directory: configuration.rootDirectory),
                allowedRoot: allowedRoot ?? configuration.rootDirectory))
        let (data, diagnostics) = await engine.read(dataOf: coder, variables: variables)
        let sources = data.map {
            FormSource(
                address: $0.address.description, type: $0.address.resource.type, configuration: $0.configuration, object: $0.object)
        }
        let declared = configuration.root.variables.values.sorted { ($0.range.file, $0.range.start) < ($1.range.file, $1.range.start) }
        return (
            TemplateForm(
                sources, answers: answers, variables: declared.map { TemplateVariable($0.input, description: $0.description ?? "") }),
            diagnostics
        )
    }
}
