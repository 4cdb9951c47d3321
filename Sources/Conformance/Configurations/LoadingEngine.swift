import HCL
import TemplateConfiguration
import TemplateState

/// As much of an engine as there is: it reads configurations, and says that it cannot plan them.
struct LoadingEngine: CorpusEngine {
    var schemas: StateJSON.Schemas { { _, _ in nil } }

    func load(_ input: CorpusInput) async -> Diagnostics { ConfigurationLoader().load(input.directory).1 }

    func plan(_ input: CorpusInput) async -> (plan: Plan?, diagnostics: Diagnostics) {
        (nil, [.error("No engine", "This program was built without one; configurations are read only.")])
    }

    func apply(_ plan: Plan, _ input: CorpusInput) async -> CorpusApplied {
        CorpusApplied(state: plan.priorState, diagnostics: [.error("No engine")], provisionerOutput: [])
    }
}
