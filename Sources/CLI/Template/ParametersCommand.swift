import ArgumentParser
import HCL
import JSON
import ResourceGraph
import TemplateConfiguration
import TemplateForms
import Threads

/// `berth template parameters`
struct ParametersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "parameters", abstract: "Show what a template asks its users, for the answers so far.",
        discussion: """
            Evaluates the parameters, presets and tags of a template as the form of a new workspace does: what others depend on \
            is answered first, by answers given here, by a preset, or by defaults. Nothing but these is run. A template whose \
            modules were not fetched is looked at without them. Exits with 1 if a build could not begin with these answers: \
            one is wrong, one is missing, or the template has errors; everything is shown all the same.
            """)

    @OptionGroup var template: TemplateOptions

    @Argument(help: ArgumentHelp("The answer to a parameter.", valueName: "name=value"))
    var answers: [String] = []

    @Option(name: .long, help: ArgumentHelp("A preset whose answers count where none is given here.", valueName: "name"))
    var preset: String?

    @Option(name: .long, help: ArgumentHelp("An answer of the build before; may be given several times.", valueName: "name=value"))
    var previous: [String] = []

    @OptionGroup var values: VariableOptions
    @OptionGroup var build: BuildOptions

    @Option(name: .long, help: "text, or json for programs.")
    var output: OutputFormat = .text

    func run() async throws {
        let command = self
        let given = try BuildOptions.pairs(answers, "the answer")
        let previous = try BuildOptions.pairs(previous, "--previous")
        let (configuration, values, isComplete) = try await DeepStack.run { command.inputs() }
        var (form, diagnostics) = await form(configuration, values, FormAnswers(inputs: given, previous: previous))
        if let preset {
            guard let chosen = form.presets.first(where: { $0.preset.name == preset }) else {
                let names = form.presets.map(\.preset.name.goQuoted).joined(separator: ", ")
                throw ValidationError(
                    "--preset \(preset): the template has " + (names.isEmpty ? "no presets" : "only the presets \(names)"))
            }
            (form, diagnostics) = await self.form(
                configuration, values, FormAnswers(inputs: chosen.preset.parameters.merging(given) { $1 }, previous: previous))
        }
        let unknown = given.keys.filter { name in !form.questions.contains { $0.parameter.name == name } }.sorted()
        template.show(diagnostics, configuration.sources)
        for name in unknown { Terminal.note("the template has no parameter \(name.goQuoted)") }
        switch output {
        case .text: print(FormText(form: form).text)
        case .json: print(FormJSON(form: form).document.serialized(pretty: true))
        }
        if !form.isValid || diagnostics.hasErrors || !unknown.isEmpty || !isComplete { throw ExitCode(1) }
    }

    private func form(_ configuration: Configuration, _ values: [String: Value], _ answers: FormAnswers) async -> (
        TemplateForm, Diagnostics
    ) {
        await TemplateForm.evaluate(
            configuration, catalog: TemplateOptions.catalog, answers: answers, build: build.variables(), variables: values)
    }

    /// The template without what is not installed, values of variables, and whether there were no errors.
    private func inputs() -> (Configuration, [String: Value], isComplete: Bool) {
        var (configuration, diagnostics) = template.read()
        for index in diagnostics.indices where diagnostics[index].isMissingModule {
            diagnostics[index].severity = .warning
            diagnostics[index].detail += " What it asks is not shown, and what comes of it is not known."
        }
        let inputs = values.inputs(in: template.root)
        // A form can be shown without values for variables: whoever imports the template gives them.
        let (resolved, found) = inputs.resolve(for: configuration.root)
        let mistakes = found.filter { $0.summary != "No value for required variable" }
        template.show(diagnostics + mistakes, configuration.sources.merging(inputs.sources) { $1 })
        return (configuration, resolved.given, !(diagnostics + mistakes).hasErrors)
    }
}
