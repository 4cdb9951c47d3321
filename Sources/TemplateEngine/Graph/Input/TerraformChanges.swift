import HCL
import JSON
import ResourceGraph
import TemplateConfiguration

/// What a plan document says will happen to each object.
struct TerraformChanges {
    struct Entry {
        let change: NodeChange
        /// A tree in which `true` stands where the value is known only after apply.
        let unknown: JSONValue
    }

    /// Of the current objects; what waits to be destroyed is not in it.
    private(set) var current: [ResourceInstanceAddress: Entry] = [:]

    init(_ changes: JSONValue) throws(ResourceSetError) {
        for (index, change) in (changes.arrayValue ?? []).enumerated() where change["deposed"] == nil {
            let text = change["address"]?.stringValue ?? ""
            // Why it is none is of no help here; where it stands is.
            guard let address = try? ResourceInstanceAddress.parse(text) else {
                throw ResourceSetError("/resource_changes/\(index)/address", "is no address of a resource: \(text)")
            }
            let actions = (change["change"]?["actions"]?.arrayValue ?? []).compactMap(\.stringValue)
            current[address] = Entry(change: Self.change(actions), unknown: change["change"]?["after_unknown"] ?? false)
        }
    }

    private static func change(_ actions: [String]) -> NodeChange {
        switch Set(actions) {
        case ["create"]: .create
        case ["update"]: .update
        case ["delete"]: .delete
        case ["create", "delete"]: .replace
        case ["read"]: .read
        default: .none
        }
    }
}
