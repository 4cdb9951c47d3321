import HTTPProvider
package import PluginKit
package import ProviderKit
import Providers
import Provisioners
import TemplateEvaluation

/// Does the operations of a plugin by running templates natively.
///
/// A checkpoint holds a journal: the state, what is still open in it, and how providers are configured, so that what exists can
/// be read, recovered and destroyed without the template.
package struct TemplateRunner: Sendable {
    let catalog: ProviderCatalog
    let settings: TemplateSettings
    /// The environment that providers and provisioners find, before a build adds to it.
    let variables: [String: String]
    /// Kept between workers; for modules.
    let cacheDirectory: String

    /// - Parameters:
    ///   - providers: those of the backend, in addition to those that need none.
    ///   - variableNames: variables of this process's environment that they look at.
    package init(providers: [any Provider], settings: TemplateSettings, host: HostInfo, variableNames: Set<String> = []) {
        catalog = ProviderCatalog(standardProviders() + [HTTPProvider()] + providers, provisioners: allProvisioners())
        self.settings = settings
        variables = ProcessVariables.values(of: variableNames)
        cacheDirectory = host.cacheDirectory
    }
}
