import CPQ
import Synchronization

/// What a statement returned.
package struct Rows: Sendable, RandomAccessCollection {
    let result: QueryResult

    package var startIndex: Int { 0 }
    package var endIndex: Int { result.rowCount }
    package subscript(index: Int) -> Row { Row(result: result, index: index) }

    /// How many rows an `insert`, `update` or `delete` touched, or a `select` returned.
    package var affectedCount: Int { result.affectedCount }
}

/// One row of ``Rows``, read by the names of its columns.
///
///     let name: String = try row["name"]
package struct Row: Sendable {
    let result: QueryResult
    let index: Int

    /// - Throws: ``DatabaseError`` with code `value`, which names column and statement.
    package subscript<T: DatabaseValue>(_ column: String) -> T {
        get throws(DatabaseError) { try decode(column, as: T.self) }
    }

    /// The value of a column by its place, from 0.
    package subscript<T: DatabaseValue>(_ column: Int) -> T {
        get throws(DatabaseError) { try result.decode(index, column, as: T.self) }
    }

    /// - Throws: ``DatabaseError`` with code `value`, which names column and statement.
    package func decode<T: DatabaseValue>(_ column: String, as type: T.Type) throws(DatabaseError) -> T {
        guard let place = result.names.firstIndex(of: column) else {
            throw DatabaseError(
                .value, "there is no column \"\(column)\" among \(result.names.joined(separator: ", "))", statement: result.statement)
        }
        return try result.decode(index, place, as: type)
    }
}

/// A result of libpq's, freed when nobody looks at it any more.
final class QueryResult: @unchecked Sendable {
    // Nothing changes a result after it was made, and libpq's functions that read one touch nothing else.
    private let handle: OpaquePointer
    let statement: String
    let rowCount: Int
    let names: [String]

    /// Takes over the result.
    init(_ handle: OpaquePointer, statement: String) {
        self.handle = handle
        self.statement = statement
        rowCount = Int(PQntuples(handle))
        names = (0..<PQnfields(handle)).map { PQfname(handle, $0).map { String(cString: $0) } ?? "" }
    }

    deinit { PQclear(handle) }

    var affectedCount: Int { PQcmdTuples(handle).flatMap { Int(String(cString: $0)) } ?? 0 }

    /// What the server says it did: `COMMIT`, `INSERT 0 1`.
    var commandTag: String { PQcmdStatus(handle).map { String(cString: $0) } ?? "" }

    func decode<T: DatabaseValue>(_ row: Int, _ column: Int, as type: T.Type) throws(DatabaseError) -> T {
        guard (0..<rowCount).contains(row), names.indices.contains(column) else {
            throw DatabaseError(.value, "there is no row \(row) with a column \(column)", statement: statement)
        }
        let (row, column) = (Int32(row), Int32(column))
        var bytes: UnsafeRawBufferPointer?
        if PQgetisnull(handle, row, column) == 0 {
            bytes = UnsafeRawBufferPointer(start: PQgetvalue(handle, row, column), count: Int(PQgetlength(handle, row, column)))
        }
        do {
            return try T(databaseBytes: bytes, type: PQftype(handle, column))
        } catch {
            throw DatabaseError(.value, "column \"\(names[Int(column)])\" \(error.reason), and was read as \(T.self)", statement: statement)
        }
    }
}
