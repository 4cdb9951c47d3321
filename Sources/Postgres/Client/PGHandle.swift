import CPQ

/// A connection of libpq's.
struct PGHandle: @unchecked Sendable {
    // Only one thread at a time may use it: the one that makes it, and from then on whoever has locked its Connection.
    let connection: OpaquePointer

    init(_ connection: OpaquePointer) {
        self.connection = connection
        // What the server remarks would go to standard error.
        PQsetNoticeProcessor(connection, { _, _ in }, nil)
    }

    func finish() { PQfinish(connection) }

    /// What the connection says is wrong with it.
    func failure(_ action: String) -> DatabaseError {
        let message = PQerrorMessage(connection).map { String(cString: $0).trimmed } ?? ""
        return DatabaseError(.unavailable, message.isEmpty ? action : "\(action): \(message)")
    }

    /// What a result that is an error says.
    static func error(_ result: OpaquePointer, statement: String) -> DatabaseError {
        func field(_ code: Character) -> String? {
            PQresultErrorField(result, Int32(code.asciiValue ?? 0)).map { String(cString: $0) }
        }
        let state = field("C").map { SQLState(rawValue: $0) }
        let message = field("M") ?? PQresultErrorMessage(result).map { String(cString: $0).trimmed } ?? "the statement failed"
        var error = DatabaseError(.refused, message, statement: statement)
        error.sqlState = state
        // Without a code it is libpq that speaks, of a connection that is lost.
        if state?.meansUnavailable ?? true { error.code = .unavailable }
        if state == nil { error.mayHaveHappened = true }
        error.constraint = field("n")
        error.table = field("t")
        error.column = field("c")
        error.detail = field("D")
        return error
    }
}
