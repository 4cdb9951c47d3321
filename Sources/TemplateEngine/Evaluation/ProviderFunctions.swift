package import HCL
import ProviderKit
package import TemplateConfiguration

extension ProviderCatalog {
    /// What expressions of each module can call.
    package func functions(in configuration: Configuration) -> [ModuleAddress: [String: Function]] {
        configuration.modules.mapValues { module in
            var functions = StandardFunctions.all
            for required in module.requiredProviders.values {
                for var function in self[required.address]?.functions ?? [] {
                    function.name = "provider::\(required.localName)::\(function.name)"
                    functions[function.name] = function
                }
            }
            return functions
        }
    }
}
