import APITypes
import HTTPTypes
import HostAccess
import HostStore
import Postgres
import Scalars

/// Signing in and out.
struct LoginRoutes: Sendable {
    let services: Services

    var routes: [Route] {
        [
            .get("/api/v2/users/authmethods", "Users", "The ways to sign in", .anybody) { _ in AuthMethods() },
            Route(
                method: .post, path: "/api/v2/users/login", tag: "Authorization", summary: "Sign in with a password", permission: .anybody,
                body: .json(LoginWithPasswordRequest.self, sizeMax: Route.jsonSizeMax), status: .created,
                content: .json(LoginWithPasswordResponse.self)
            ) { scope in
                let token = try await login(try await scope.json(LoginWithPasswordRequest.self), scope)
                var headers: HTTPFields = [:]
                headers[.setCookie] = cookie(token.text, maxAge: services.lifetimes.session)
                return try .json(LoginWithPasswordResponse(sessionToken: token.text), status: .created, headers: headers)
            },
            Route(
                method: .post, path: "/api/v2/users/logout", tag: "Users", summary: "Sign out", permission: .signedIn,
                content: .json(APIResponse.self)
            ) { scope in
                if let session = scope.session {
                    try await services.store.pool.execute("delete from api_keys where id = \(session.keyID)")
                }
                return try .json(APIResponse("Logged out!"), headers: [.setCookie: cookie("", maxAge: .zero)])
            },
            .send(.post, "/api/v2/users/validate-password", "Authorization", "What is wrong with a password", .anybody) {
                (_, input: ValidatePasswordRequest) in
                let problem = PasswordRules.problem(input.password)
                return ValidatePasswordResponse(valid: problem == nil, details: problem ?? "")
            },
        ]
    }

    private func login(_ input: LoginWithPasswordRequest, _ scope: RequestScope) async throws -> APIKeyToken {
        if let wait = services.logins.admit(address: scope.address, name: input.email) {
            let seconds = wait.components.seconds + 1
            throw APIError(
                .tooManyRequests, "Too many attempts to sign in.", detail: "Try again in \(seconds) s.",
                headers: [.retryAfter: "\(seconds)"])
        }
        let found = try await UserRow.find("lower(u.email) = lower(\(input.email))", services.store.pool)
        // Also without such a user, so that the time tells nothing.
        let usable = found?.user.loginType == .password ? found?.passwordHash : nil
        let isRight = try await services.passwords.verify(input.password, against: usable)
        guard isRight, let found else { throw APIError(.unauthorized, "Incorrect email or password.") }
        services.logins.succeeded(name: input.email)
        guard found.user.status != .suspended else {
            throw APIError(.unauthorized, "Your account is suspended. Contact an administrator to reactivate it.")
        }
        return try await NewKey.session(
            found.id, loginType: "password", address: scope.address, lifetime: services.lifetimes.session, services.store.pool)
    }

    /// Scripts do not see it, other sites do not send it along, and nobody on the way reads it where there is TLS.
    private func cookie(_ value: String, maxAge: Duration) -> String {
        "\(Credentials.cookie)=\(value); Path=/; Max-Age=\(maxAge.components.seconds); HttpOnly; SameSite=Lax"
            + (services.configuration.isSecure ? "; Secure" : "")
    }
}

/// A password that somebody thinks of.
struct ValidatePasswordRequest: Codable, Sendable {
    var password: String
}

/// Whether it would do.
struct ValidatePasswordResponse: Codable, Sendable {
    var valid: Bool
    var details: String
}
