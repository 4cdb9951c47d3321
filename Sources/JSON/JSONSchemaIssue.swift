/// One way in which a value departs from its schema.
public struct JSONSchemaIssue: Hashable, Sendable, CustomStringConvertible {
    /// Where in the value.
    public let pointer: JSONPointer

    /// What is wrong there, lower-case, without a period: `must be at least 1, is 0`.
    public let message: String

    /// An issue at a place in a value.
    public init(_ pointer: JSONPointer, _ message: String) {
        self.pointer = pointer
        self.message = message
    }

    /// Place and message: `/replicas: must be at least 1, is 0`; for the whole value the message alone.
    public var description: String { pointer.tokens.isEmpty ? message : "\(pointer): \(message)" }
}
