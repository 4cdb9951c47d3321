/// What a key may be used for, within what its user may do: `all`, `application_connect`, or `RESOURCE:ACTION`.
package struct APIKeyScope: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    /// The name.
    package let rawValue: String
    private let resource: ResourceType?
    private let action: Action?

    /// Everything its user may do.
    package static let all = APIKeyScope("all")
    /// Apps of workspaces only.
    package static let applicationConnect = APIKeyScope("application_connect")

    private init(_ rawValue: String, _ resource: ResourceType? = nil, _ action: Action? = nil) {
        self.rawValue = rawValue
        self.resource = resource
        self.action = action
    }

    /// A scope by its name; nil for one that does not exist, so that a typing error does not make a key for nothing, or all.
    package init?(rawValue: String) {
        switch rawValue {
        case "all", "coder:all", "*:*": self = .all
        case "application_connect", "coder:application_connect": self = .applicationConnect
        default:
            let parts = rawValue.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2, let resource = ResourceType(rawValue: String(parts[0])) else { return nil }
            if parts[1] == "*" {
                self.init(rawValue, resource, nil)
            } else {
                guard let action = Action(rawValue: String(parts[1])) else { return nil }
                self.init(rawValue, resource, action)
            }
        }
    }

    /// Whether the key may be used for this.
    package func allows(_ action: Action, _ resource: ResourceType) -> Bool {
        if self == .all { return true }
        if self == .applicationConnect { return resource == .workspace && action == .applicationConnect }
        return self.resource == resource && (self.action == nil || self.action == action)
    }

    /// The name.
    package var description: String { rawValue }

    /// By name.
    package static func == (left: APIKeyScope, right: APIKeyScope) -> Bool { left.rawValue == right.rawValue }
    /// By name.
    package func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }
}
