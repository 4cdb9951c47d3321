package import HCL
package import TemplateConfiguration
package import TemplateState

/// What came of planning.
package struct PlanResult: Sendable {
    /// Nil if there are errors.
    package var plan: Plan?
    package var diagnostics: Diagnostics
}

/// What came of applying.
package struct ApplyResult: Sendable {
    /// What exists now, also after errors; but for what ``open`` may have made.
    package var state: State
    package var diagnostics: Diagnostics
    /// What was interrupted, so that nobody knows whether it made something.
    package var open: [OpenIntent] = []
    /// How the providers of all that is in the state are configured, to be kept where the state is kept: with them everything
    /// can be destroyed without the template. JSON texts; secrets are in them, what was ephemeral is not.
    package var providerConfigurations: [ProviderConfigurationAddress: String]

    /// All of it to be recovered, as if the engine had crashed.
    package var log: JournalLog { JournalLog(state, providerConfigurations: providerConfigurations, open: open) }
}
