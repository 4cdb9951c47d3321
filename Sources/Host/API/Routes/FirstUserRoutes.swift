import APITypes
import HTTPTypes
import HostAccess
import HostStore
import Postgres
import Scalars

/// The deployment's first user: until there is one, anybody may make it.
struct FirstUserRoutes: Sendable {
    let services: Services

    var routes: [Route] {
        [
            .get("/api/v2/users/first", "Users", "Whether there is a first user", .anybody) { _ in
                guard try await exists(services.store.pool) else {
                    throw APIError(.notFound, "The initial user has not been created!")
                }
                return APIResponse("The initial user has already been created!")
            },
            .send(.post, "/api/v2/users/first", "Users", "Make the first user", .anybody, status: .created) { _, input in
                try await create(input)
            },
        ]
    }

    private func exists(_ database: some Database) async throws -> Bool {
        try await database.value("select exists (select from users)")
    }

    private func create(_ input: CreateFirstUserRequest) async throws -> CreateFirstUserResponse {
        try NewUser.check(username: input.username, email: input.email, name: input.name ?? "", password: input.password)
        // Before the costly hash; and again where it counts.
        let taken = APIError(.badRequest, "The initial user has already been created.")
        if try await exists(services.store.pool) { throw taken }
        let hash = try await services.passwords.hash(input.password)
        let user = UUID.ordered()
        let organization = try await services.store.pool.withTransaction { transaction in
            // Two at once: the second waits here, and then sees the first one's user.
            try await transaction.execute("lock table users in share row exclusive mode")
            if try await exists(transaction) { throw taken }
            try await NewUser.insert(
                user, username: input.username, email: input.email, name: input.name ?? "", hash: hash, roles: [.owner], transaction)
            let organization = try await DefaultOrganization.make(transaction)
            try await transaction.execute(
                "insert into organization_members (organization_id, user_id, roles) values (\(organization), \(user), '{organization-admin}')"
            )
            return organization
        }
        return CreateFirstUserResponse(userID: user, organizationID: organization)
    }
}

/// The organization that everybody is in.
enum DefaultOrganization {
    /// Makes it, if it is not there yet.
    static func make(_ database: some Database) async throws -> UUID {
        if let id = try await find(database) { return id }
        let id = UUID.ordered()
        try await database.execute(
            "insert into organizations (id, name, display_name, is_default) values (\(id), 'default', 'Default', true)")
        return id
    }

    static func find(_ database: some Database) async throws -> UUID? {
        try await database.first("select id from organizations where is_default and not deleted").map { try $0["id"] }
    }
}
