import JSON
import PluginABI

/// What a plugin can be asked to do.
package enum JobOperation: Sendable, Equatable, CustomStringConvertible {
    case parse
    case plan
    case apply
    case destroy
    case read
    case recover
    case inventory
    /// One of the plugin's own operations, with arguments that fit its declaration.
    case action(id: String, arguments: [ActionArgument])

    /// `berth_operation_kind`
    package var wire: UInt32 {
        switch self {
        case .parse: UInt32(BERTH_OPERATION_PARSE)
        case .plan: UInt32(BERTH_OPERATION_PLAN)
        case .apply: UInt32(BERTH_OPERATION_APPLY)
        case .destroy: UInt32(BERTH_OPERATION_DESTROY)
        case .read: UInt32(BERTH_OPERATION_READ)
        case .recover: UInt32(BERTH_OPERATION_RECOVER)
        case .action: UInt32(BERTH_OPERATION_ACTION)
        case .inventory: UInt32(BERTH_OPERATION_INVENTORY)
        }
    }

    package var description: String {
        switch self {
        case .parse: "parse"
        case .plan: "plan"
        case .apply: "apply"
        case .destroy: "destroy"
        case .read: "read"
        case .recover: "recover"
        case .inventory: "inventory"
        case .action(let id, _): "action \(id)"
        }
    }

    /// An operation without arguments, by its name.
    package init?(name: String) {
        switch name {
        case "parse": self = .parse
        case "plan": self = .plan
        case "apply": self = .apply
        case "destroy": self = .destroy
        case "read": self = .read
        case "recover": self = .recover
        case "inventory": self = .inventory
        default: return nil
        }
    }
}

/// What is asked of a plugin: `berth_request`.
package struct JobRequest: Sendable, Equatable {
    package var operation: JobOperation
    package var operationID: OperationID
    /// The template; absolute. Parse, plan and apply need one.
    package var sourceDirectory: String?
    /// A document with the shape of `inputs.schema.json`.
    package var inputs: String
    /// What every object that is created carries, in this order.
    package var labels: [Label]
    /// The workspace's last checkpoint.
    package var checkpoint: Checkpoint?
    /// What plan kept for apply.
    package var plan: [UInt8]?
    /// Of an action: the address it is for.
    package var resource: String?
    /// Of recover: `berth_operation_kind` of the operation that was lost.
    package var interrupted: UInt32
    /// Of plan: say what destroy would do.
    package var planDestroy: Bool

    package init(
        _ operation: JobOperation, operationID: OperationID = .new(), sourceDirectory: String? = nil, inputs: String = "{}",
        labels: [Label] = [], checkpoint: Checkpoint? = nil, plan: [UInt8]? = nil, resource: String? = nil, interrupted: UInt32 = 0,
        planDestroy: Bool = false
    ) {
        self.operation = operation
        self.operationID = operationID
        self.sourceDirectory = sourceDirectory
        self.inputs = inputs
        self.labels = labels
        self.checkpoint = checkpoint
        self.plan = plan
        self.resource = resource
        self.interrupted = interrupted
        self.planDestroy = planDestroy
    }
}

/// What an object in a backend carries, so that it can be found again.
package struct Label: Sendable, Equatable {
    package var key: String
    package var value: String

    package init(key: String, value: String) {
        self.key = key
        self.value = value
    }
}
