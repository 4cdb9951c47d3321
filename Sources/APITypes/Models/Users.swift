package import Scalars

/// How somebody signs in.
package enum LoginType: String, APIEnum {
    case password, github, oidc, token, none
    case unset = ""
}

/// Whether somebody may sign in.
package enum UserStatus: String, APIEnum {
    case active, dormant, suspended
}

/// A role that somebody holds.
package struct SlimRole: Codable, Sendable, Hashable {
    package var name: String
    package var displayName: String
    package var organizationID: String?

    /// A role.
    package init(name: String, displayName: String, organizationID: String? = nil) {
        self.name = name
        self.displayName = displayName
        self.organizationID = organizationID
    }
}

/// Somebody.
package struct User: Codable, Sendable, Hashable {
    package var id: UUID
    package var username: String
    package var name: String
    package var email: String
    package var avatarURL: String
    package var createdAt: Timestamp
    package var updatedAt: Timestamp
    package var lastSeenAt: Timestamp
    package var status: UserStatus
    package var loginType: LoginType
    package var themePreference: String
    package var organizationIds: [UUID]
    package var roles: [SlimRole]
    package var isServiceAccount = false
    package var hasAiSeat = false

    /// Somebody.
    package init(
        id: UUID, username: String, name: String, email: String, avatarURL: String, createdAt: Timestamp, updatedAt: Timestamp,
        lastSeenAt: Timestamp, status: UserStatus, loginType: LoginType, themePreference: String, organizationIds: [UUID], roles: [SlimRole]
    ) {
        self.id = id
        self.username = username
        self.name = name
        self.email = email
        self.avatarURL = avatarURL
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.lastSeenAt = lastSeenAt
        self.status = status
        self.loginType = loginType
        self.themePreference = themePreference
        self.organizationIds = organizationIds
        self.roles = roles
    }
}

/// Somebody, in short.
package struct MinimalUser: Codable, Sendable, Hashable {
    package var id: UUID
    package var username: String
    package var name: String
    package var avatarURL: String

    /// Somebody.
    package init(id: UUID, username: String, name: String, avatarURL: String) {
        self.id = id
        self.username = username
        self.name = name
        self.avatarURL = avatarURL
    }
}

/// A page of users, and how many there are in all.
package struct GetUsersResponse: Codable, Sendable {
    package var users: [User]
    package var count: Int

    /// A page.
    package init(users: [User], count: Int) {
        self.users = users
        self.count = count
    }
}

/// Makes the deployment's first user, its owner.
package struct CreateFirstUserRequest: Codable, Sendable {
    package var email: String
    package var username: String
    package var password: String
    package var name: String?

    /// The first user.
    package init(email: String, username: String, password: String, name: String? = nil) {
        self.email = email
        self.username = username
        self.password = password
        self.name = name
    }
}

/// What the first user got.
package struct CreateFirstUserResponse: Codable, Sendable {
    package var userID: UUID
    package var organizationID: UUID

    /// Both identifiers.
    package init(userID: UUID, organizationID: UUID) {
        self.userID = userID
        self.organizationID = organizationID
    }
}

/// Makes a user.
package struct CreateUserRequest: Codable, Sendable {
    package var email: String
    package var username: String
    package var name: String?
    package var password: String?
    package var loginType: LoginType?
    package var userStatus: UserStatus?
    package var organizationIds: [UUID]?
    package var roles: [String]?
}

/// Signs in.
package struct LoginWithPasswordRequest: Codable, Sendable {
    package var email: String
    package var password: String

    /// With these.
    package init(email: String, password: String) {
        self.email = email
        self.password = password
    }
}

/// What signing in gives.
package struct LoginWithPasswordResponse: Codable, Sendable {
    package var sessionToken: String

    /// A key.
    package init(sessionToken: String) { self.sessionToken = sessionToken }
}

/// Whether a way to sign in is there.
package struct AuthMethod: Codable, Sendable {
    package var enabled: Bool
}

/// The ways to sign in.
package struct AuthMethods: Codable, Sendable {
    package var password = AuthMethod(enabled: true)
    package var github = AuthMethod(enabled: false)
    package var oidc = OIDCAuthMethod()
    package var termsOfServiceURL: String?

    /// With a password.
    package init() {}
}

/// Signing in elsewhere.
package struct OIDCAuthMethod: Codable, Sendable {
    package var enabled = false
    package var signInText = "OpenID Connect"
    package var iconURL = ""
}

/// What may be changed of a user's looks.
package struct UpdateUserProfileRequest: Codable, Sendable {
    package var username: String
    package var name: String?
}

/// A new password.
package struct UpdateUserPasswordRequest: Codable, Sendable {
    package var oldPassword: String?
    package var password: String
}

/// All roles that somebody is to hold.
package struct UpdateRoles: Codable, Sendable {
    package var roles: [String]
}

/// The roles that somebody holds.
package struct UserRoles: Codable, Sendable {
    package var roles: [String]
    package var organizationRoles: [String: [String]]

    /// Roles.
    package init(roles: [String], organizationRoles: [String: [String]]) {
        self.roles = roles
        self.organizationRoles = organizationRoles
    }
}

/// How somebody signs in.
package struct UserLoginType: Codable, Sendable {
    package var loginType: LoginType

    /// By this.
    package init(loginType: LoginType) { self.loginType = loginType }
}

/// A role that can be given.
package struct AssignableRole: Codable, Sendable {
    package var name: String
    package var displayName: String
    package var organizationID: String?
    package var assignable: Bool
    package var builtIn = true

    /// A role.
    package init(name: String, displayName: String, organizationID: String? = nil, assignable: Bool) {
        self.name = name
        self.displayName = displayName
        self.organizationID = organizationID
        self.assignable = assignable
    }
}
