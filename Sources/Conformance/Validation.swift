import HCL
import ProviderKit
import Providers
import Provisioners
import TemplateConfiguration
import TemplateEvaluation
import TemplateValidation

/// Loads and validates configurations, with the providers that Terraform has inside.
enum Validation {
    static func diagnostics(directory: String) -> Diagnostics {
        let (configuration, found) = ConfigurationLoader().load(directory)
        if found.hasErrors { return found }
        let catalog = ProviderCatalog(
            providers: [.builtin: TerraformProvider()],
            provisioners: Dictionary(uniqueKeysWithValues: allProvisioners().map { ($0.name, $0) }))
        return found + TemplateValidator(configuration: configuration, catalog: catalog, shortensLogic: false).validate()
    }
}
