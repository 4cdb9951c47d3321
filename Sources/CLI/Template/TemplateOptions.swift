import ArgumentParser
import HCL
import HTTPProvider
import PluginTooling
import ProviderKit
import Providers
import Provisioners
import TemplateConfiguration
import TemplateEvaluation

/// Which template a command is about.
struct TemplateOptions: ParsableArguments {
    @Argument(help: "The template's directory.")
    var directory: String = "."

    var root: String { PluginLocator.absolute(directory) }

    /// Reads the template. Modules from elsewhere are found where `terraform init` puts them.
    ///
    /// Needs a deep stack, see ``DeepStack``.
    func read() -> (Configuration, Diagnostics) {
        ConfigurationLoader(resolver: InstalledModules(root: root)).load(root)
    }

    /// Like ``read()``, and shows what is wrong: what is there in spite of errors, and whether there were none.
    func look() -> (Configuration, isComplete: Bool) {
        let (configuration, diagnostics) = read()
        show(diagnostics, configuration.sources)
        return (configuration, !diagnostics.hasErrors)
    }

    /// On standard error.
    func show(_ diagnostics: Diagnostics, _ sources: [String: SourceFile]) {
        for diagnostic in diagnostics {
            Terminal.note(DiagnosticText(diagnostic: diagnostic, sources: sources, isColoured: Terminal.isErrorColoured).text)
        }
    }

    /// What this program can run by itself.
    static let catalog = ProviderCatalog(standardProviders() + [HTTPProvider()], provisioners: allProvisioners())
}
