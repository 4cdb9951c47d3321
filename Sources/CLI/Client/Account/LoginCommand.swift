import APIClient
import ArgumentParser
import Glibc
import JSON

/// `berth login`
struct LoginCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "login", abstract: "Log in to a server; where nobody has signed up yet, as its first user.",
        discussion: """
            Asks for what is not given, if there is a terminal. What a login gives is kept in ~/.config/berth, for you alone. With \
            --use-token-as-session or BERTH_SESSION_TOKEN set, that token is kept instead.
            """)

    @Argument(help: "URL of the server.")
    var server: String?
    @Option(name: .shortAndLong, help: "Mail address of the user.")
    var email: String?
    @Option(name: .long, help: "Mail address of the first user; else BERTH_FIRST_USER_EMAIL.")
    var firstUserEmail: String?
    @Option(name: .long, help: "Name of the first user; else BERTH_FIRST_USER_USERNAME.")
    var firstUserUsername: String?
    @Option(name: .long, help: "Full name of the first user; else BERTH_FIRST_USER_FULL_NAME.")
    var firstUserFullName: String?
    @Option(
        name: .long,
        help: "Password of the first user. Other users of this machine may see it; better in BERTH_FIRST_USER_PASSWORD.")
    var firstUserPassword: String?
    @Flag(name: .long, help: "Keep the token of --token or BERTH_SESSION_TOKEN as it is.")
    var useTokenAsSession = false
    @OptionGroup var options: ClientOptions

    func perform() async throws {
        let text = server ?? options.url ?? ClientSession.variable("BERTH_URL") ?? ClientSession.variable("CODER_URL") ?? ClientSession.url
        guard let text else { throw ValidationError("where to? Give the URL of a server: berth login https://berth.example.org") }
        var client = try options.client(of: text)
        let token = options.token ?? ClientSession.variable("BERTH_SESSION_TOKEN") ?? ClientSession.variable("CODER_SESSION_TOKEN")
        if let token, useTokenAsSession || email == nil && !wantsFirstUser {
            client.token = token
        } else if try await isNew(client) {
            client.token = try await makeFirstUser(client)
        } else {
            client.token = try await logIn(client)
        }
        let user = try await client.get("/api/v2/users/me")
        try ClientSession.store(url: "\(client.url)", token: client.token ?? "")
        print("Logged in at \(client.url) as \(user.text("username")).")
    }

    private var wantsFirstUser: Bool { firstUserEmail != nil || firstUserUsername != nil }

    private func isNew(_ client: APIClient) async throws -> Bool {
        do {
            _ = try await client.get("/api/v2/users/first")
            return false
        } catch let error as APIError where error.status == 404 {
            return true
        }
    }

    private func makeFirstUser(_ client: APIClient) async throws -> String {
        func given(_ option: String?, _ variable: String) -> String? {
            option ?? ClientSession.variable("BERTH_FIRST_USER_\(variable)") ?? ClientSession.variable("CODER_FIRST_USER_\(variable)")
        }
        if Prompt.isPossible { Terminal.note("Nobody has signed up at \(client.url) yet: you become its owner.") }
        let name =
            try given(firstUserUsername, "USERNAME") ?? Prompt.text("Name", default: Self.systemUser, missing: "give --first-user-username")
        let email = try given(firstUserEmail, "EMAIL") ?? Prompt.text("Mail address", missing: "give --first-user-email")
        let password =
            try given(firstUserPassword, "PASSWORD")
            ?? Prompt.secret("Password", missing: "give BERTH_FIRST_USER_PASSWORD") { $0.count < 8 ? "At least eight characters." : nil }
        let body: JSONValue = [
            "username": .string(name), "email": .string(email), "password": .string(password),
            "name": .string(given(firstUserFullName, "FULL_NAME") ?? ""), "trial": false,
        ]
        _ = try await client.post("/api/v2/users/first", body)
        return try await session(client, email, password)
    }

    private func logIn(_ client: APIClient) async throws -> String {
        let email =
            try self.email ?? firstUserEmail ?? Prompt.text("Mail address", missing: "give --email, or a token in BERTH_SESSION_TOKEN")
        let password =
            try firstUserPassword ?? ClientSession.variable("BERTH_PASSWORD")
            ?? Prompt.secret("Password", missing: "give BERTH_PASSWORD, or a token in BERTH_SESSION_TOKEN")
        return try await session(client, email, password)
    }

    private func session(_ client: APIClient, _ email: String, _ password: String) async throws -> String {
        let answer = try await client.post("/api/v2/users/login", ["email": .string(email), "password": .string(password)])
        return answer.text("session_token")
    }

    private static var systemUser: String? { getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } }
}

/// `berth logout`
struct LogoutCommand: ClientCommand {
    static let configuration = CommandConfiguration(commandName: "logout", abstract: "End the session, and forget it here.")

    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false
    @OptionGroup var options: ClientOptions

    func perform() async throws {
        let client = try options.client()
        if !yes, Prompt.isPossible, try !Prompt.confirm("Log out of \(client.url)?", missing: "") { return }
        do { _ = try await client.post("/api/v2/users/logout") } catch let error as APIError where error.status == 401 {
            Terminal.note("The session was over already.")
        }
        try ClientSession.forget()
        print("Logged out of \(client.url).")
    }
}

/// `berth whoami`
struct WhoAmICommand: ClientCommand {
    static let configuration = CommandConfiguration(commandName: "whoami", abstract: "Show who you are, and where.")

    @Option(name: .shortAndLong, help: "text or json.")
    var output: OutputFormat = .text
    @OptionGroup var options: ClientOptions

    func perform() async throws {
        let client = try options.client()
        let user = try await client.get("/api/v2/users/me")
        switch output {
        case .text: print("Berth at \(client.url); you are \(user.text("username")) (\(user.text("email"))).")
        case .json: print(user.serialized(pretty: true))
        }
    }
}
