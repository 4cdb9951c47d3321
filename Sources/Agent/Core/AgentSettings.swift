import AgentMachine
package import Dialing
import Glibc

/// How an agent was started: what its environment, its flags and its files say.
package struct AgentSettings: Sendable {
    package var server: ServerAddress
    package var token: String
    package var trust: Trust
    /// What children get: the environment without what is ours alone.
    package var environment: [String: String]
    /// Where the agent keeps its logs.
    package var logDirectory: String
    /// Where scripts keep what they need.
    package var dataDirectory: String
    package var logLevel: String

    /// Variables that say how to start, and that no child needs.
    private static let own = ["BERTH_AGENT_TOKEN", "BERTH_AGENT_TOKEN_FILE", "CODER_AGENT_TOKEN_FILE", "BERTH_AGENT_CA", "BERTH_AGENT_INIT"]

    /// - Parameter arguments: without the program's name.
    package init(arguments: [String], environment: [String: String]) throws {
        var flags: [String: String] = [:]
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
            guard let name = parts.first, ["--url", "--token-file", "--log-dir", "--data-dir", "--log-level"].contains(name) else {
                throw AgentError("\"\(argument)\" is no option of berth-agent; see --help")
            }
            guard let value = parts.count > 1 ? parts[1] : rest.popFirst() else { throw AgentError("\(name) needs a value") }
            flags[name] = value
        }
        func setting(_ flag: String?, _ names: String...) -> String? {
            if let flag, let value = flags[flag] { return value }
            for name in names { if let value = environment[name], !value.isEmpty { return value } }
            return nil
        }
        guard let url = setting("--url", "BERTH_AGENT_URL", "CODER_AGENT_URL") else {
            throw AgentError("nothing says where the server is: set BERTH_AGENT_URL to its access URL")
        }
        server = try ServerAddress(url)
        if let file = flags["--token-file"] {
            token = try Self.token(in: file)
        } else if let value = setting(nil, "BERTH_AGENT_TOKEN", "CODER_AGENT_TOKEN") {
            token = value
        } else if let file = setting(nil, "BERTH_AGENT_TOKEN_FILE", "CODER_AGENT_TOKEN_FILE") {
            token = try Self.token(in: file)
        } else {
            throw AgentError("the agent has no token: set BERTH_AGENT_TOKEN, or BERTH_AGENT_TOKEN_FILE to a file that holds it")
        }
        guard !token.isEmpty, token.utf8.count <= 1024, token.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw AgentError("the agent's token is none: it must be one word of printable characters")
        }
        trust = try Trust(setting(nil, "BERTH_AGENT_CA"))
        let temporary = setting(nil, "TMPDIR") ?? P_tmpdir
        logDirectory = setting("--log-dir", "BERTH_AGENT_LOG_DIR", "CODER_AGENT_LOG_DIR") ?? temporary
        dataDirectory = setting("--data-dir", "BERTH_AGENT_DATA_DIR", "CODER_AGENT_SCRIPT_DATA_DIR") ?? temporary
        logLevel = setting("--log-level", "BERTH_AGENT_LOG_LEVEL") ?? "info"
        self.environment = environment.filter { !Self.own.contains($0.key) }
    }

    private static func token(in path: String) throws -> String {
        guard let text = MachineFile.text(path, sizeMax: 4096) else {
            throw AgentError("cannot read the agent's token from \(path): \(String(cString: strerror(errno)))")
        }
        return String(text.split(whereSeparator: \.isWhitespace).first ?? "")
    }
}

/// Why an agent cannot do its work, for people.
package struct AgentError: Error, Sendable, Hashable, CustomStringConvertible {
    package var message: String
    package init(_ message: String) { self.message = message }
    package var description: String { message }
}
