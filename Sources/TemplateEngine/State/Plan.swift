package import HCL
package import TemplateConfiguration
package import ProviderKit

/// What is going to happen, decided before anything does.
package struct Plan: Sendable {
    /// Everything managed, also what stays as it is, and data sources that have to wait; ordered by address.
    package var changes: [ResourceChange]
    package var outputs: [String: OutputChange]
    /// What was found different from the prior state while it was refreshed.
    package var drift: [ResourceChange]
    /// The refreshed state, from which the changes start; data sources that were read are in it.
    package var priorState: State
    package var checks: [CheckState]
    /// Findings that are not errors; those of errors come beside the plan.
    package var isDestroy: Bool
    /// What it is limited to, with all that this depends on; empty for everything.
    package var targets: [Target] = []
    /// Final values of the root module's variables.
    package var variables: [String: Value]
    /// When it was made, RFC 3339 in UTC: what `plantimestamp()` gives.
    package var timestamp: String

    package init(priorState: State, timestamp: String) {
        changes = []
        outputs = [:]
        drift = []
        self.priorState = priorState
        checks = []
        isDestroy = false
        variables = [:]
        self.timestamp = timestamp
    }

    /// Whether applying it would do anything: change an object, an output, or only the state.
    package var hasChanges: Bool {
        changes.contains { $0.action != .noOp || $0.previousAddress != nil || $0.isImport }
            || outputs.values.contains { $0.action != .noOp }
    }
}

/// What happens to one object.
package struct ResourceChange: Sendable {
    package enum Action: String, Sendable {
        case noOp = "no-op"
        case create
        case read
        case update
        case delete
        /// Delete, then create.
        case replace
        /// Create, then delete.
        case createThenDelete
        /// Take it out of the state and leave the object alone.
        case forget
    }

    /// Why an action is not what the configuration alone would ask for; the texts of Terraform's plan JSON.
    package enum Reason: String, Sendable {
        case replaceBecauseTainted = "replace_because_tainted"
        case replaceBecauseCannotUpdate = "replace_because_cannot_update"
        case replaceByRequest = "replace_by_request"
        case replaceByTriggers = "replace_by_triggers"
        case deleteBecauseNoResourceConfig = "delete_because_no_resource_config"
        case deleteBecauseWrongRepetition = "delete_because_wrong_repetition"
        case deleteBecauseCountIndex = "delete_because_count_index"
        case deleteBecauseEachKey = "delete_because_each_key"
        case deleteBecauseNoModule = "delete_because_no_module"
        case deleteBecauseNoMoveTarget = "delete_because_no_move_target"
        case readBecauseConfigUnknown = "read_because_config_unknown"
        case readBecauseDependencyPending = "read_because_dependency_pending"
        case readBecauseCheckNested = "read_because_check_nested"
    }

    package var address: ResourceInstanceAddress
    /// Set if the change is about an object that waits to be destroyed, not the current one.
    package var deposedKey: String?
    /// Where the object was before `moved`; nil if it has not moved.
    package var previousAddress: ResourceInstanceAddress?
    package var provider: ProviderConfigurationAddress
    package var action: Action
    package var reason: Reason?
    /// Objects with their marks; null if there is none.
    package var before: Value
    package var after: Value
    /// Where before and after differ in a way that needs a new object.
    package var replacePaths: [AttributePath]
    package var isImport: Bool
    package var importID: String?
    /// What the configuration depends on; becomes the state's dependencies.
    package var dependencies: [ConfiguredResourceAddress]
    /// What the object that exists depended on when it was made.
    package var priorDependencies: [ConfiguredResourceAddress] = []

    package init(
        address: ResourceInstanceAddress, provider: ProviderConfigurationAddress, action: Action, before: Value, after: Value
    ) {
        self.address = address
        self.provider = provider
        self.action = action
        self.before = before
        self.after = after
        replacePaths = []
        isImport = false
        dependencies = []
    }
}

/// What happens to an output of the root module.
package struct OutputChange: Sendable {
    package var action: ResourceChange.Action
    package var before: Value
    package var after: Value
    package var isSensitive: Bool

    package init(action: ResourceChange.Action, before: Value, after: Value, isSensitive: Bool) {
        self.action = action
        self.before = before
        self.after = after
        self.isSensitive = isSensitive
    }
}
