import ArgumentParser
import Providers

/// Which build of which workspace the providers are told of.
struct BuildOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The name of the workspace: data.coder_workspace.me.name.", valueName: "name"))
    var workspace: String?

    @Option(name: .long, help: ArgumentHelp("The name of its owner: data.coder_workspace_owner.me.name.", valueName: "name"))
    var owner: String?

    @Option(name: .long, help: "Whether the workspace is started, stopped or destroyed.")
    var transition: BuildEnvironment.Transition?

    /// The `CODER_…` variables: what an option says counts most, then what the environment has, then a made-up workspace.
    func variables(parameters: [String: String] = [:]) -> [String: String] {
        let usual = Self.build(workspace: "workspace", owner: "owner", .start).variables(for: .plan)
        var asked = Self.build(workspace: workspace ?? "workspace", owner: owner ?? "owner", transition ?? .start)
        asked.parameters = parameters
        let options = asked.variables(for: .plan).filter { usual[$0.key] != $0.value }
        return usual.merging(ProcessVariables.all) { $1 }.merging(options) { $1 }
    }

    private static func build(workspace: String, owner: String, _ transition: BuildEnvironment.Transition) -> BuildEnvironment {
        let id = "00000000-0000-4000-8000-00000000000"
        return BuildEnvironment(
            accessURL: "https://berth.example.com",
            workspace: .init(id: id + "1", name: workspace, transition: transition),
            owner: .init(id: id + "2", name: owner, fullName: owner, email: "\(owner)@example.com"),
            template: .init(id: id + "3", name: "template", version: "1"))
    }

    /// Splits `name=value` texts; later ones win.
    static func pairs(_ texts: [String], _ what: String) throws -> [String: String] {
        var pairs: [String: String] = [:]
        for text in texts {
            guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
                throw ValidationError("\(what) \(text): expected name=value")
            }
            pairs[String(text[..<equals])] = String(text[text.index(after: equals)...])
        }
        return pairs
    }
}

extension BuildEnvironment.Transition: ExpressibleByArgument {}
