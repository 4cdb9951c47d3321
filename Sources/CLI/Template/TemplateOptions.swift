import ArgumentParser
import Glibc
import DockerProvider
import HCL
import HTTPProvider
import PluginLoading
import PluginTooling
import ProviderKit
import Providers
import Provisioners
import TemplateConfiguration
import TemplateEvaluation
import TemplateModules

/// Which template a command is about.
struct TemplateOptions: ParsableArguments {
    @Argument(help: "The template's directory.")
    var directory: String = "."

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Where fetched modules are kept. BERTH_MODULE_STORE, or ~/.cache/berth/modules, if not given.", valueName: "directory"))
    var moduleStore: String?

    var root: String { PluginLocator.absolute(directory) }

    func validate() throws {
        var status = stat()
        guard stat(root, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw ValidationError("there is no directory \(directory); the template's directory comes before everything else")
        }
    }

    /// Reads the template. Modules from elsewhere are found where `berth template modules` or `terraform init` put them.
    ///
    /// Needs a deep stack, see ``DeepStack``.
    func read() -> (Configuration, Diagnostics) {
        let modules = FetchedModules(root: root, ModuleInstallOptions(store: store, variables: ProcessVariables.all))
        let (configuration, diagnostics) = ConfigurationLoader(resolver: modules).load(root)
        return (configuration, modules.diagnostics + diagnostics.map { $0.isMissingModule ? $0.withHint(directory) : $0 })
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

    /// The directory of fetched modules, absolute.
    var store: String {
        func variable(_ name: String) -> String? { ProcessVariables.all[name].flatMap { $0.isEmpty ? nil : $0 } }
        let fallback = (variable("XDG_CACHE_HOME") ?? (variable("HOME") ?? root) + "/.cache") + "/berth/modules"
        return PluginLocator.absolute(moduleStore ?? variable("BERTH_MODULE_STORE") ?? fallback)
    }

    /// What this program can run by itself.
    static let catalog = ProviderCatalog(standardProviders() + [DockerProvider(), HTTPProvider()], provisioners: allProvisioners())
}

extension HCL.Diagnostic {
    /// Whether it is about a module that was not fetched, without which the rest can still be looked at.
    var isMissingModule: Bool { summary == "Module not installed" }

    fileprivate func withHint(_ directory: String) -> HCL.Diagnostic {
        var hinted = self
        hinted.detail = """
            This module is not yet installed. Run "berth template modules \(directory)", or "terraform init", to install all modules required \
            by this configuration.
            """
        return hinted
    }
}
