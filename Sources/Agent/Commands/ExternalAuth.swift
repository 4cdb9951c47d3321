import AgentMachine
import AgentProtocol
import Dialing
import Glibc
import JSON
import NIOCore
import NIOPosix

/// What git asks for when it needs to know who somebody is: `Password for 'https://user@host': `.
struct GitQuestion {
    var wantsUser: Bool
    var host: String

    init?(_ text: String) {
        guard text.hasPrefix("Username for '") || text.hasPrefix("Password for '") else { return nil }
        wantsUser = text.hasPrefix("U")
        guard let scheme = text.firstRange(of: "://") else { return nil }
        let authority = text[scheme.upperBound...].prefix { $0 != "'" && $0 != "/" }
        host = String(authority.split(separator: "@").last ?? authority)
    }
}

/// Asks the server for what the workspace's owner may use: keys and tokens.
struct ExternalAuth {
    private let environment: [String: String]

    init(_ environment: [String: String]) { self.environment = environment }

    func answer(_ question: GitQuestion) async throws -> String {
        let json = try await get(AgentRoutes.externalAuth + "?match=\(Self.encoded(question.host))")
        if question.wantsUser { return json["username"]?.stringValue ?? "" }
        guard let password = json["password"]?.stringValue ?? json["access_token"]?.stringValue, !password.isEmpty else {
            throw unknown(question.host, json)
        }
        return password
    }

    func command(_ arguments: [String]) async throws -> Int32 {
        let options = try CommandArguments(arguments, flags: ["extra": ""])
        guard options.rest.first == "access-token", options.rest.count == 2 else {
            throw CommandError("usage: coder external-auth access-token PROVIDER", status: 2)
        }
        let json = try await get(AgentRoutes.externalAuth + "?id=\(Self.encoded(options.rest[1]))")
        guard let token = json["access_token"]?.stringValue, !token.isEmpty else { throw unknown(options.rest[1], json) }
        Console.say(token)
        return 0
    }

    private func unknown(_ what: String, _ json: JSONValue) -> CommandError {
        let url = json["url"]?.stringValue.map { ": log in at \($0)" } ?? ""
        return CommandError("there is no access to \(what) yet\(url)")
    }

    /// What the server answers to this workspace's agent.
    func get(_ path: String) async throws -> JSONValue {
        guard let url = environment["BERTH_AGENT_URL"] ?? environment["CODER_AGENT_URL"], let token = environment["CODER_AGENT_TOKEN"] else {
            throw CommandError("this is no session of a workspace: CODER_AGENT_URL and CODER_AGENT_TOKEN are not set")
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let requester = HTTPRequester(
            try ServerAddress(url), Dialer(trust: try Trust(environment["BERTH_AGENT_CA_FILE"])), group,
            headers: [("Coder-Session-Token", token), ("Accept", "application/json")])
        let response = try await requester.send("GET", path)
        guard response.status == 200 else {
            let said = try? JSONValue(parsing: String(buffer: response.body))["message"]?.stringValue  // or it says nothing
            throw CommandError("the server answers with status \(response.status)" + ((said ?? nil).map { ": \($0.prefix(300))" } ?? ""))
        }
        return try JSONValue(parsing: String(buffer: response.body))
    }

    static func encoded(_ text: String) -> String {
        text.utf8.map { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
