/// How large a graph may become. The values are those of the plugin header.
package struct GraphLimits: Sendable, Hashable {
    /// Nodes of every kind.
    package var maxNodes = 100_000
    /// Edges, each counted once.
    package var maxEdges = 1_000_000
    /// Named results.
    package var maxOutputs = 100_000
    /// Bytes of an address, and of the name of an output.
    package var maxAddressSizeBytes = 1024

    /// The limits of the header.
    package init() {}
}
