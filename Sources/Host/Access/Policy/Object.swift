package import Scalars

/// What an action is done to: a thing, or a kind of things, in an organization, of somebody.
package struct Object: Sendable, Hashable {
    /// The kind.
    package var type: ResourceType
    /// The organization that it is in; nil if it is in none.
    package var organization: UUID?
    /// Whose it is; nil if it is nobody's.
    package var owner: UUID?
    /// What this actor is given on this thing beside their roles, as by the access list of a template.
    package var granted: Set<Action>

    /// A thing.
    package init(_ type: ResourceType, organization: UUID? = nil, owner: UUID? = nil, granted: Set<Action> = []) {
        self.type = type
        self.organization = organization
        self.owner = owner
        self.granted = granted
    }
}
