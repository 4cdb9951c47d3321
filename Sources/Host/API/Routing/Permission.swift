package import HostAccess

/// Whom a route is for. Every route says it; the policy test goes through all of them.
package enum Permission: Sendable, Hashable {
    /// Anybody, also without a key.
    case anybody
    /// Anybody who is signed in: it answers nothing but what is theirs.
    case signedIn
    /// Who may do this to the thing in question. The handler asks ``RequestScope/require(_:_:)`` for the thing; an answer without
    /// having asked is never sent.
    case may(Action, ResourceType)
    /// Something other than a user with a key of its own, as the agent of a workspace; the handler checks it.
    case other(String)

    /// In a document.
    package var description: String {
        switch self {
        case .anybody: "anybody"
        case .signedIn: "signed in"
        case .may(let action, let type): "\(type.rawValue):\(action.rawValue)"
        case .other(let who): who
        }
    }
}
