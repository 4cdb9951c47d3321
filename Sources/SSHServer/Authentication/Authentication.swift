/// How clients prove who they are.
package enum Authentication: Sendable {
    /// They need not: what carries the connection has seen to it.
    case none
    /// By a key that the function accepts for the user of that name. It is asked before, and without, a signature too, so what
    /// it says must not depend on how often it is asked.
    case publicKeys(@Sendable (_ user: String, _ key: PublicKey) async -> Bool)
}
