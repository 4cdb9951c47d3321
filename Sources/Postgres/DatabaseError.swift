/// Why the database did not do what it was asked.
package struct DatabaseError: Error, Sendable, Equatable, CustomStringConvertible {
    /// What kind of failure it is.
    package struct Code: Sendable, Hashable {
        package let name: String

        /// The server refused the statement; ``DatabaseError/sqlState`` says why.
        package static let refused = Code(name: "refused")
        /// The database cannot be reached, is full, or too busy; later it may work.
        package static let unavailable = Code(name: "unavailable")
        /// The statement took longer than it may.
        package static let timeout = Code(name: "timeout")
        /// A value is not of the type that it was read as, or cannot be sent.
        package static let value = Code(name: "value")
        /// The address or a setting is wrong.
        package static let configuration = Code(name: "configuration")
        /// The tables are not those of this version.
        package static let schema = Code(name: "schema")
        /// The server's own PostgreSQL cannot be run.
        package static let cluster = Code(name: "cluster")
    }

    package var code: Code
    package var message: String
    /// What the server calls it, if it was the server that refused.
    package var sqlState: SQLState?
    /// The constraint that was violated.
    package var constraint: String?
    package var table: String?
    package var column: String?
    /// What the server adds; it may repeat values, so it is not part of the description.
    package var detail: String?
    /// The beginning of the statement, with placeholders for values.
    package var statement: String?
    /// The connection was lost after the statement had been sent: it may have been carried out.
    package var mayHaveHappened = false

    package init(_ code: Code, _ message: String, statement: String? = nil) {
        self.code = code
        self.message = message
        self.statement = statement.map(Self.excerpt)
    }

    /// Whether trying later may help: what a request answers with 503.
    package var isUnavailable: Bool { code == .unavailable }

    package var description: String {
        var text = "database: \(message)"
        if let sqlState { text += " (\(sqlState.rawValue)" + (constraint.map { ", \($0)" } ?? "") + ")" }
        if let statement { text += " in: \(statement)" }
        return text
    }

    /// A statement is told in one line.
    static func excerpt(_ text: String) -> String {
        let words = text.split { $0 == " " || $0 == "\n" || $0 == "\t" }.joined(separator: " ")
        return words.utf8.count <= 200 ? words : String(words.prefix(200)) + "…"
    }
}
