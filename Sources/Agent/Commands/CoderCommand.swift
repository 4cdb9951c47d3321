import AgentMachine

/// The program's second name: what templates and modules call in a workspace.
package enum CoderCommand {
    static let usage = """
        usage: coder COMMAND

          stat [cpu|mem|disk]          what the workspace uses
          dotfiles REPOSITORY          applies a repository of dotfiles
          gitssh -- ARGUMENTS          runs ssh for git, with the owner's key
          external-auth access-token   a token for a service such as GitHub
        """

    /// - Parameter arguments: without the program's name.
    /// - Returns: the exit status.
    package static func run(_ arguments: [String], environment: [String: String]) async -> Int32 {
        let rest = Array(arguments.dropFirst())
        do {
            // Git runs us with its question as the only argument.
            if arguments.count == 1, let question = GitQuestion(arguments[0]) {
                Console.say(try await ExternalAuth(environment).answer(question))
                return 0
            }
            switch arguments.first {
            case nil, "--help", "-h", "help":
                Console.say(usage)
                return 0
            case "--version", "version":
                // What scripts look for that want to know whether this is the program they expect.
                Console.say("Coder (Berth's agent)")
                return 0
            case "stat": return try await StatCommand.run(rest)
            case "dotfiles": return try await DotfilesCommand(rest, environment).run()
            case "gitssh": return try await GitSSHCommand(rest, environment).run()
            case "external-auth": return try await ExternalAuth(environment).command(rest)
            case let name?:
                throw CommandError(
                    "\"\(name.prefix(100))\" is no command that exists inside a Berth workspace; there are: stat, dotfiles, gitssh, external-auth")
            }
        } catch let error as CommandError {
            Console.complain("coder: \(error.message)")
            return error.status
        } catch {
            Console.complain("coder: \(error)")
            return 1
        }
    }
}

/// Why a command was not carried out, for people.
struct CommandError: Error, CustomStringConvertible {
    var message: String
    var status: Int32

    init(_ message: String, status: Int32 = 1) { (self.message, self.status) = (message, status) }

    var description: String { message }
}

/// Flags and what is left of an argument list, as these commands need it.
struct CommandArguments {
    private(set) var values: [String: String] = [:]
    private(set) var rest: [String] = []

    /// - Parameters:
    ///   - flags: names of flags that take a value, each with its short form or "".
    ///   - switches: names of those that take none.
    init(_ arguments: [String], flags: [String: String] = [:], switches: [String: String] = [:]) throws(CommandError) {
        var left = arguments[...]
        while let argument = left.popFirst() {
            if argument == "--" {
                rest += left
                break
            }
            guard argument.hasPrefix("-"), argument != "-" else {
                rest.append(argument)
                continue
            }
            let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
            let name = parts.first ?? argument
            if let flag = flags.first(where: { "--\($0.key)" == name || (!$0.value.isEmpty && "-\($0.value)" == name) }) {
                guard let value = parts.count > 1 ? parts[1] : left.popFirst() else { throw CommandError("\(name) needs a value", status: 2) }
                values[flag.key] = value
            } else if let flag = switches.first(where: { "--\($0.key)" == name || (!$0.value.isEmpty && "-\($0.value)" == name) }) {
                values[flag.key] = parts.count > 1 ? parts[1] : "true"
            } else {
                throw CommandError("\(name) is no flag of this command", status: 2)
            }
        }
    }

    func isSet(_ name: String) -> Bool { values[name] == "true" }
}
