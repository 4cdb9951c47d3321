package import HCL
package import TemplateState

/// What came of planning.
package struct PlanResult: Sendable {
    /// Nil if there are errors.
    package var plan: Plan?
    package var diagnostics: Diagnostics
}

/// What came of applying.
package struct ApplyResult: Sendable {
    /// What exists now, also after errors.
    package var state: State
    package var diagnostics: Diagnostics
}
