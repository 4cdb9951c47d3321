import HCL
import ProviderKit
import TemplateState

/// What was decided about one object.
struct PlannedOutcome {
    var action: ResourceChange.Action
    var reason: ResourceChange.Reason?
    var before: Value
    var after: Value
    var replacePaths: [AttributePath] = []
}
