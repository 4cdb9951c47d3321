import HCL
import TemplateState

/// As much of an engine as there is: it reads configurations, and says that it cannot plan them.
struct LoadingEngine: CorpusEngine {
    var schemas: StateJSON.Schemas { { _, _ in nil } }

    func load(_ input: CorpusInput) async -> Diagnostics {
        Files.names(in: input.directory).filter { $0.hasSuffix(".tf") }.flatMap { name in
            Files.read("\(input.directory)/\(name)").map { Parser.parseFile($0, file: name).1 } ?? []
        }
    }

    func plan(_ input: CorpusInput) async -> (plan: Plan?, diagnostics: Diagnostics) {
        (nil, [.error("No engine", "This program was built without one; configurations are read only.")])
    }

    func apply(_ plan: Plan, _ input: CorpusInput) async -> CorpusApplied {
        CorpusApplied(state: plan.priorState, diagnostics: [.error("No engine")], provisionerOutput: [])
    }
}
