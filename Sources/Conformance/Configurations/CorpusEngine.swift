import HCL
import TemplateState

/// What executes a configuration for the corpus: the engine, or a part of it.
protocol CorpusEngine: Sendable {
    /// The schemas of all types that configurations of the corpus use.
    var schemas: StateJSON.Schemas { get }
    /// What `terraform init` would find wrong: reads the configuration of a directory with its modules.
    func load(_ input: CorpusInput) async -> Diagnostics
    /// What is going to happen; called after ``load(_:)`` found no errors. Nil if nothing could be planned.
    func plan(_ input: CorpusInput) async -> (plan: Plan?, diagnostics: Diagnostics)
    /// Makes it happen; called with a plan without errors.
    func apply(_ plan: Plan, _ input: CorpusInput) async -> CorpusApplied
}

/// What a step of a case is run with.
struct CorpusInput: Sendable {
    /// Of the root module, absolute.
    var directory: String
    /// As of `-var`: not parsed.
    var variables: [(name: String, text: String)] = []
    /// As of `-var-file`, in order; `terraform.tfvars` and the like are found in the directory beside.
    var variableFiles: [String] = []
    /// Instead of the process' environment: `TF_VAR_…`.
    var environment: [String: String] = [:]
    var isDestroy = false
    /// As of `-replace`.
    var replacements: [String] = []
    /// As of `-target`.
    var targets: [String] = []
    /// Left by the step before.
    var state: State?
}

/// What came of applying a plan.
struct CorpusApplied: Sendable {
    /// Also when there are errors.
    var state: State
    var diagnostics: Diagnostics
    /// By resource, what provisioners printed, line by line.
    var provisionerOutput: [(address: String, line: String)]
}
