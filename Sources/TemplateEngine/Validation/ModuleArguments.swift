import HCL
import TemplateConfiguration

/// Whether calls of modules give the arguments that these have variables for.
struct ModuleArguments {
    let context: ValidationContext

    /// Of the first call with mistakes only, as Terraform stops there.
    var diagnostics: Diagnostics {
        for (address, module) in context.modules {
            for (name, call) in module.moduleCalls.sortedByName {
                guard let child = context.configuration[address.child(name)] else { continue }
                let schema = BodySchema(
                    attributes: child.variables.sortedByName.map { .init($0, isRequired: $1.input.fallback == nil) })
                let found = call.body.content(schema).1
                if found.hasErrors { return found }
            }
        }
        return []
    }
}
