public import JSON
import PluginABI

/// What is asked of an operation.
public struct Request: Sendable {
    /// Idempotency key: the same twice must not create twice.
    public var operationID: String
    /// The template; nil where none is needed.
    public var sourceDirectory: String?
    /// Workspace, owner, transition, variables and parameters: `inputs.schema.json`.
    public var inputs: JSONValue
    /// To put on every object that is created; for inventory: what an object must carry.
    public var labels: [String: String]
    /// The last checkpoint, or nil.
    public var state: [UInt8]?
    /// Which version of the plugin's state that is.
    public var stateVersion: UInt32
    /// What ``Job/keepPlan(_:)`` kept; nil in an apply without a plan.
    public var plan: [UInt8]?
    /// Of an action: the address of the resource it is for.
    public var resource: String?
    /// Of plan: say what destroy would do.
    public var plansDestroy: Bool

    /// The last checkpoint as a JSON document.
    ///
    /// - Throws: ``Failure`` if it is none.
    public var stateDocument: JSONValue? {
        get throws {
            guard let state else { return nil }
            do { return try state.withUnsafeBytes { bytes throws(JSONError) in try JSONValue(parsing: bytes) } } catch {
                throw Failure(.failed, code: "state.unreadable", summary: "the stored state is not a JSON document", detail: "\(error)")
            }
        }
    }

    init(_ pointer: UnsafePointer<berth_request>) throws {
        let raw = pointer.pointee
        operationID = raw.operation_id.string ?? ""
        sourceDirectory = raw.source_dir.string
        let text = raw.inputs_json.string ?? "{}"
        do { inputs = try JSONValue(parsing: text) } catch {
            throw Failure(.invalidArgument, code: "inputs.syntax", summary: "the inputs are not JSON", detail: "\(error)")
        }
        guard case .object = inputs else {
            throw Failure(.invalidArgument, code: "inputs.type", summary: "the inputs are \(inputs.typeName), not an object")
        }
        labels = [:]
        if let first = raw.labels {
            for index in 0..<Int(raw.label_count) {
                labels[first[index].key.string ?? ""] = first[index].value.string ?? ""
            }
        }
        state = raw.state.array
        stateVersion = raw.state_version
        plan = raw.plan.array
        resource = raw.resource.string
        plansDestroy = raw.flags & UInt32(BERTH_REQUEST_PLAN_DESTROY) != 0
    }
}
