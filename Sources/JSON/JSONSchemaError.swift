/// Why a document is not a schema that ``JSONSchema`` understands.
public struct JSONSchemaError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where in the schema.
    public let pointer: JSONPointer

    /// What is wrong there, lower-case, without a period.
    public let message: String

    /// An error at a place in a schema.
    public init(_ pointer: JSONPointer, _ message: String) {
        self.pointer = pointer
        self.message = message
    }

    /// Place and message: `/properties/a/type: unknown type "text"`.
    public var description: String { "\(pointer): \(message)" }
}
