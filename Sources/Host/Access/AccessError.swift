/// Why somebody is not let in, or what they ask for is not acceptable.
package struct AccessError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A kind of fault. New ones may be added.
    package struct Code: RawRepresentable, Sendable, Hashable {
        /// The name, for programs.
        package let rawValue: String

        /// A code by its name.
        package init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// Too many of these at once, or too often; later it works.
        package static let busy = Code(rawValue: "busy")
        /// What was given does not follow the rules for it.
        package static let invalid = Code(rawValue: "invalid")
        /// The system's library refuses or fails.
        package static let library = Code(rawValue: "library")
    }

    /// The kind of fault.
    package let code: Code
    /// A sentence, lower-case, without a period; never contains a secret.
    package let message: String

    /// An error with a finished message.
    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The message.
    package var description: String { message }
}
