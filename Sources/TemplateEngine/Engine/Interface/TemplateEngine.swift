import Glibc
package import HCL
import ProviderKit
package import TemplateConfiguration
package import TemplateEvaluation
package import TemplateState
import TemplateValidation
import Threads

/// Executes a configuration: tells what would happen, and makes it happen.
package struct TemplateEngine: Sendable {
    package let configuration: Configuration
    package let catalog: ProviderCatalog
    package let environment: EngineEnvironment
    /// How providers were configured when they made what there is, for those whose block the template does not have any more.
    package let providerConfigurations: [ProviderConfigurationAddress: String]
    let dependencies: StaticDependencies

    /// - Parameter providerConfigurations: those of the last ``ApplyResult``; there are secrets in them.
    package init(
        configuration: Configuration, catalog: ProviderCatalog, environment: EngineEnvironment,
        providerConfigurations: [ProviderConfigurationAddress: String] = [:]
    ) {
        self.providerConfigurations = providerConfigurations
        self.configuration = configuration
        self.catalog = catalog
        self.environment = environment
        dependencies = StaticDependencies(configuration: configuration, catalog: catalog)
    }

    /// What is wrong with the configuration, whatever its variables are.
    package func validate() async -> Diagnostics {
        let dependencies = dependencies
        let validator = TemplateValidator(
            configuration: configuration, catalog: catalog, allowedRoot: environment.allowedRoot,
            shortensLogic: environment.shortensLogic, graph: { dependencies.graph })
        do {
            return try await DeepStack.run { validator.validate() }
        } catch {
            return [.error("Cannot validate", "\(error)")]
        }
    }

    /// Decides what is going to happen. Nothing is changed; objects in the state are read again.
    ///
    /// - Parameters:
    ///   - state: nil if there is none yet.
    ///   - variables: values given for the root module's variables, of any type that converts.
    package func plan(_ state: State?, variables: [String: Value] = [:], options: PlanOptions = PlanOptions()) async -> PlanResult {
        let problems = await validate()
        if problems.hasErrors { return PlanResult(plan: nil, diagnostics: problems) }
        do {
            let result = try await PlanRun(engine: self, options: options, variables: variables).run(state)
            return PlanResult(plan: result.plan, diagnostics: problems + result.diagnostics)
        } catch {
            return PlanResult(plan: nil, diagnostics: problems + [.error("Cannot plan", "\(error)")])
        }
    }

    /// Carries out a plan; cancelling the task ends operations that run and starts no more.
    ///
    /// Afterwards, if something is in ``ApplyResult/open``, ``recover(_:catalog:environment:)`` has to look for it before the
    /// next plan. Otherwise the state is complete: once it is stored, the journal can be removed.
    ///
    /// - Parameter journal: is told of every side effect before and after it; nil only where a crash may lose objects.
    package func apply(_ plan: Plan, journal: (any Journal)?) async -> ApplyResult {
        do {
            return try await ApplyRun(engine: self, plan: plan).run(journal)
        } catch {
            return ApplyResult(
                state: plan.priorState, diagnostics: [.error("Cannot apply", "\(error)")], providerConfigurations: providerConfigurations)
        }
    }

    /// A walk through the configuration.
    func walk(_ phase: sending Walk.Phase, inputs: [String: Value], planTimestamp: String, timestamp: String?) throws -> Walk {
        Walk(
            thread: try DeepStackExecutor(), configuration: configuration, catalog: catalog, environment: environment, rootInputs: inputs,
            functions: FunctionEnvironment(
                baseDirectory: environment.provider.directory, allowedRoot: environment.allowedRoot,
                packages: configuration.packages.sorted(), shortensLogic: environment.shortensLogic, planTimestamp: planTimestamp,
                timestamp: timestamp),
            graph: dependencies, providerConfigurations: providerConfigurations, phase: phase)
    }
}
