import APITypes
import HTTPTypes
import HostAccess
import Postgres
import Scalars

/// Users that are made.
enum NewUser {
    /// - Throws: ``APIError`` with everything that is wrong.
    static func check(username: String, email: String, name: String, password: String?) throws(APIError) {
        var wrong: [ValidationError] = []
        func note(_ field: String, _ problem: String?) {
            if let problem { wrong.append(ValidationError(field: field, detail: problem)) }
        }
        note("username", NameRules.problem(username))
        note("email", NameRules.emailProblem(email))
        note("name", NameRules.displayProblem(name))
        if let password { note("password", PasswordRules.problem(password, username: username, email: email)) }
        if !wrong.isEmpty { throw APIError(.badRequest, "Validation failed.", validations: wrong) }
    }

    /// The row of a user.
    static func insert(
        _ id: UUID, username: String, email: String, name: String, hash: String?, loginType: LoginType = .password, roles: Set<Role>,
        status: UserStatus = .active, _ database: some Database
    ) async throws {
        try await naming(conflicts) {
            try await database.execute(
                """
                insert into users (id, username, email, name, password_hash, login_type, status, roles)
                values (\(id), \(username), \(email), \(name), \(hash), \(loginType.rawValue), \(status.rawValue), \(roles.map(\.rawValue).sorted()))
                """)
        }
    }

    static let conflicts: [String: (field: String, detail: String)] = [
        "users_username": ("username", "is taken by another user"), "users_email": ("email", "is used by another user"),
    ]
}
