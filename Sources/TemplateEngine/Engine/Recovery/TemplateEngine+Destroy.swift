import HCL
import TemplateConfiguration
package import TemplateState

extension TemplateEngine {
    /// The same engine with an empty template. It plans the end of everything in a state, and with
    /// ``PlanOptions/isDestroy`` can end it; providers are configured as ``providerConfigurations`` says.
    package var withoutTemplate: TemplateEngine {
        TemplateEngine(
            configuration: Configuration(modules: [:], sources: [:], rootDirectory: configuration.rootDirectory), catalog: catalog,
            environment: environment, providerConfigurations: providerConfigurations)
    }

    /// Destroys everything in a state, whatever is wrong with the template: it is used for nothing but to tell which
    /// provisioners are left out. `prevent_destroy` holds nothing up.
    ///
    /// - Parameter journal: makes the journal for the plan of ``withoutTemplate``; gives nil only where a crash may lose objects.
    package func destroyWithoutTemplate(
        _ state: State, options: PlanOptions = PlanOptions(), journal: (Plan, TemplateEngine) async throws -> (any Journal)?
    ) async -> ApplyResult {
        var options = options
        options.isDestroy = true
        let engine = withoutTemplate
        let skipped = skippedProvisioners(state)
        let planned = await engine.plan(state, options: options)
        guard let plan = planned.plan else {
            return ApplyResult(state: state, diagnostics: skipped + planned.diagnostics, providerConfigurations: providerConfigurations)
        }
        do {
            var result = await engine.apply(plan, journal: try await journal(plan, engine))
            result.diagnostics = skipped + planned.diagnostics + result.diagnostics
            return result
        } catch {
            let detail = "The journal could not be made: \(error). Nothing was destroyed."
            return ApplyResult(
                state: state, diagnostics: skipped + [.error("Failed to write the journal", detail)],
                providerConfigurations: providerConfigurations)
        }
    }

    /// Provisioners that should run before objects of the state end, as far as the template can be read.
    private func skippedProvisioners(_ state: State) -> Diagnostics {
        let lines = state.managedInstances.compactMap { address -> String? in
            let provisioners = configuration.resource(address.configured)?.provisioners.filter { $0.when == .destroy } ?? []
            return provisioners.isEmpty ? nil : "\n  - \(address): \(provisioners.map(\.type).joined(separator: ", "))"
        }
        if lines.isEmpty { return [] }
        let detail = "Objects are destroyed without the template, so these provisioners do not run before:\(lines.joined())"
        return [Diagnostic(.warning, "Provisioners are skipped", detail)]
    }
}
