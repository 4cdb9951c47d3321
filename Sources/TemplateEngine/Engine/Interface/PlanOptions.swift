package import TemplateConfiguration

/// How to plan.
package struct PlanOptions: Sendable {
    /// Plans the end of everything in the state.
    package var isDestroy = false
    /// Whether providers are asked what became of the objects in the state.
    package var refreshes = true
    /// Only takes over what was found different; plans no change.
    package var isRefreshOnly = false
    /// Objects to make anew though nothing asks for it.
    package var replacements: Set<ResourceInstanceAddress> = []
    /// Works on these only, and on what they depend on; everything else stays as it is. Empty for everything.
    package var targets: [Target] = []
    /// When the plan is made, RFC 3339 in UTC; now if nil.
    package var timestamp: String?

    package init() {}
}
