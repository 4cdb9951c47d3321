/// How large and how deep a document may be.
public struct JSONLimits: Sendable, Hashable {
    /// The most bytes a document may have. Never above 2,147,483,646, which is what json-c can count.
    public let maxSizeBytes: Int

    /// How deep arrays and objects may nest: a scalar is 0 deep, `[]` is 1 deep. Never above ``maxDepthCeiling``.
    public let maxDepth: Int

    /// The deepest nesting any caller can ask for. Values are taken apart recursively, and this much fits every thread's stack.
    public static let maxDepthCeiling = 512

    /// What a document that crosses the plugin boundary may have: 16 MiB, and 128 levels.
    public static let document = JSONLimits(maxSizeBytes: 16 * 1024 * 1024, maxDepth: 128)

    /// Limits of your own; values out of range are brought into it.
    public init(maxSizeBytes: Int, maxDepth: Int = 128) {
        self.maxSizeBytes = min(max(maxSizeBytes, 0), Int(Int32.max) - 1)
        self.maxDepth = min(max(maxDepth, 0), Self.maxDepthCeiling)
    }
}
