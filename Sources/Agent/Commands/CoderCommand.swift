import AgentMachine

/// The program's second name: what templates and modules call in a workspace.
package enum CoderCommand {
    /// - Parameter arguments: without the program's name.
    /// - Returns: the exit status.
    package static func run(_ arguments: [String], environment: [String: String]) async -> Int32 {
        Console.complain("coder: \"\(arguments.first ?? "")\" is no command that Berth's agent has")
        return 1
    }
}
