/// What the server calls a failure: five characters, of which the first two are the class.
package struct SQLState: RawRepresentable, Sendable, Hashable {
    package let rawValue: String
    package init(rawValue: String) { self.rawValue = rawValue }

    package static let uniqueViolation = SQLState(rawValue: "23505")
    package static let foreignKeyViolation = SQLState(rawValue: "23503")
    package static let notNullViolation = SQLState(rawValue: "23502")
    package static let checkViolation = SQLState(rawValue: "23514")
    package static let serializationFailure = SQLState(rawValue: "40001")
    package static let deadlockDetected = SQLState(rawValue: "40P01")
    package static let queryCancelled = SQLState(rawValue: "57014")
    package static let lockNotAvailable = SQLState(rawValue: "55P03")
    package static let undefinedTable = SQLState(rawValue: "42P01")
    package static let featureNotSupported = SQLState(rawValue: "0A000")
    package static let invalidStatementName = SQLState(rawValue: "26000")
    package static let readOnlyTransaction = SQLState(rawValue: "25006")

    /// Whether the same transaction may well succeed when it is tried again.
    package var isWorthRetrying: Bool { self == .serializationFailure || self == .deadlockDetected }

    /// Whether the server, not the statement, is what is wrong: it stops, starts, fails over, or has no room or memory left.
    var meansUnavailable: Bool {
        ["08", "53"].contains(rawValue.prefix(2))
            || ["57P01", "57P02", "57P03", "57P05", "58030", "25006", "25P03", "25P04"].contains(rawValue)
    }

    /// Whether the connection goes on pointing at a server that cannot help.
    var endsConnection: Bool { rawValue.hasPrefix("08") || rawValue.hasPrefix("57P") || self == .readOnlyTransaction }
}
