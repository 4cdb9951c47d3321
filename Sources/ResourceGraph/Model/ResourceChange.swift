/// What an operation does, or means to do, with a resource. The raw values are those of `berth_change`.
package enum ResourceChange: UInt32, Sendable, CaseIterable {
    /// Stays as it is.
    case none = 1
    /// Comes into being.
    case create = 2
    /// Is changed where it stands.
    case update = 3
    /// Is deleted and made again.
    case replace = 4
    /// Goes.
    case delete = 5
    /// Is looked up.
    case read = 6

    /// The change as it crosses the plugin boundary; a number that we do not know counts as none.
    package init(abiValue: UInt32) {
        self = ResourceChange(rawValue: abiValue) ?? .none
    }

    /// The change in documents and messages: `none`, `create`, `update`, `replace`, `delete`, `read`.
    package var name: String {
        switch self {
        case .none: "none"
        case .create: "create"
        case .update: "update"
        case .replace: "replace"
        case .delete: "delete"
        case .read: "read"
        }
    }
}
