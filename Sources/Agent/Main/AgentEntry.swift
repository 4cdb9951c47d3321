import AgentCommands
import AgentCore
import Glibc

/// What this program is to be: an agent, or `coder`, by the name it is called.
enum AgentEntry {
    static func run(_ arguments: [String]) async -> Int32 {
        let name = arguments.first?.split(separator: "/").last.map(String.init) ?? "berth-agent"
        let rest = Array(arguments.dropFirst())
        let environment = self.environment
        if name == "coder", rest.first != "agent" { return await CoderCommand.run(rest, environment: environment) }
        switch rest.first {
        case "--help", "-h":
            print(AgentMain.usage)
            return 0
        case "--version":
            print("berth-agent \(AgentVersion.text)")
            return 0
        case "agent": return await AgentMain.run(Array(rest.dropFirst()), environment: environment)
        default: return await AgentMain.run(rest, environment: environment)
        }
    }

    private static var environment: [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let equals = text.firstIndex(of: "=") { variables[String(text[..<equals])] = String(text[text.index(after: equals)...]) }
            next += 1
        }
        return variables
    }
}
