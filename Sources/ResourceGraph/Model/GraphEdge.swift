/// An arrow between two addresses.
package struct GraphEdge: Sendable, Hashable {
    /// What it says.
    package var kind: EdgeKind
    /// Where it begins.
    package var from: String
    /// Where it points.
    package var to: String

    /// An arrow.
    package init(_ kind: EdgeKind, from: String, to: String) {
        self.kind = kind
        self.from = from
        self.to = to
    }
}
