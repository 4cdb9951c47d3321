import APITypes
import HTTPTypes
import Postgres

extension DatabaseError {
    /// What somebody hears who asked for what the database does not do; nil if it is a mistake of ours.
    ///
    /// - Parameter conflicts: what a unique index means, by its name.
    func apiError(_ conflicts: [String: (field: String, detail: String)] = [:]) -> APIError? {
        if isUnavailable || code == .timeout { return .unavailable("The database does not answer.") }
        guard sqlState == .uniqueViolation, let constraint, let conflict = conflicts[constraint] else { return nil }
        return APIError(
            .conflict, "\(conflict.field.prefix(1).uppercased())\(conflict.field.dropFirst()) \(conflict.detail).",
            validations: [.init(field: conflict.field, detail: conflict.detail)])
    }
}

/// Runs statements; what a unique index refuses is a conflict in the words given.
@discardableResult
func naming<T>(_ conflicts: [String: (field: String, detail: String)], _ body: () async throws -> T) async throws -> T {
    do {
        return try await body()
    } catch let error as DatabaseError {
        throw error.apiError(conflicts) ?? error
    }
}
