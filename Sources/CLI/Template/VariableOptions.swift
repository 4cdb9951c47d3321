import ArgumentParser
import HCL
import PluginTooling
import TemplateConfiguration

/// Values for the template's variables.
struct VariableOptions: ParsableArguments {
    @Option(name: .customLong("var"), help: ArgumentHelp("The value of a variable; may be given several times.", valueName: "name=value"))
    var variables: [String] = []

    @Option(name: .customLong("var-file"), help: ArgumentHelp("A file of values; may be given several times.", valueName: "file"))
    var variableFiles: [String] = []

    /// From the environment, from files that are found, and from the options, in the order in which later ones win.
    func inputs(in root: String) -> VariableInputs {
        var inputs = VariableInputs.collected(environment: ProcessVariables.all, directory: root)
        for file in variableFiles { inputs.add(file: PluginLocator.absolute(file), name: file) }
        for variable in variables { inputs.add(option: variable) }
        return inputs
    }
}
