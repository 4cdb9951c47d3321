/// What somebody does to something. The names are those of Coder's API.
package enum Action: String, Sendable, Hashable, CaseIterable {
    case create
    case read
    case update
    case delete
    /// To make a workspace of a template.
    case use
    /// A user's own settings, keys and secrets.
    case readPersonal = "read_personal"
    case updatePersonal = "update_personal"
    /// Builds of a workspace.
    case start
    case stop
    /// Terminals, SSH and ports of a workspace.
    case ssh
    /// Apps of a workspace.
    case applicationConnect = "application_connect"
    case share
    /// To give a role to somebody, or to take it.
    case assign
    case unassign
    case viewInsights = "view_insights"
}
