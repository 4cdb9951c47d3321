/// Why text is not the JSON that was asked for.
public struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
    /// A kind of fault. New ones may be added.
    public struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
        /// The name, for programs: `syntax`.
        public let rawValue: String

        /// A code by its name.
        public init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The name.
        public var description: String { rawValue }

        /// Not what RFC 8259 allows.
        public static let syntax = Code(rawValue: "syntax")
        /// More bytes than the limit.
        public static let tooLarge = Code(rawValue: "too-large")
        /// Nested deeper than the limit.
        public static let tooDeep = Code(rawValue: "too-deep")
        /// Bytes that are not UTF-8, or an escape that stands for no Unicode scalar.
        public static let notUTF8 = Code(rawValue: "not-utf8")
        /// An object with two members of one name.
        public static let duplicateName = Code(rawValue: "duplicate-name")
        /// A number that neither a 64-bit integer nor a finite double can hold.
        public static let numberOutOfRange = Code(rawValue: "number-out-of-range")
        /// Text that is not an RFC 6901 pointer.
        public static let invalidPointer = Code(rawValue: "invalid-pointer")
        /// The parser itself failed, for want of memory.
        public static let outOfMemory = Code(rawValue: "out-of-memory")
    }

    /// The kind of fault.
    public let code: Code

    /// A sentence for people, lower-case, without a period. Says the offset where there is one.
    public let message: String

    /// Where the fault is, in bytes from the start of the text; nil if it concerns the whole.
    public let offset: Int?

    /// An error with a finished message.
    public init(_ code: Code, _ message: String, offset: Int? = nil) {
        self.code = code
        self.message = message
        self.offset = offset
    }

    /// The message.
    public var description: String { message }

    /// An error whose message ends in "at byte N".
    static func at(_ offset: Int, _ code: Code, _ message: String) -> JSONError {
        JSONError(code, "\(message) at byte \(offset)", offset: offset)
    }

    /// A fault of syntax.
    static func at(_ offset: Int, _ message: String) -> JSONError {
        at(offset, .syntax, message)
    }
}
