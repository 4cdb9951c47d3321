/// Why a server could not be reached, or did not answer as it should.
package struct DialingError: Error, Sendable, Hashable, CustomStringConvertible {
    package struct Code: Sendable, Hashable {
        package var rawValue: String

        /// What was given as an address is none.
        package static let address = Code(rawValue: "address")
        /// A name has no address, or nobody says which.
        package static let name = Code(rawValue: "name")
        /// Nobody listens there, or the way there is closed.
        package static let connect = Code(rawValue: "connect")
        /// The other side's certificate is not trusted, or there is nothing to trust.
        package static let trust = Code(rawValue: "trust")
        /// What came back is not HTTP, or more than is taken.
        package static let response = Code(rawValue: "response")
        /// It took longer than it may.
        package static let timeout = Code(rawValue: "timeout")
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
