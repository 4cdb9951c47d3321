import ArgumentParser
import JSON
import PluginLoading

/// `berth plugin actions`
struct ActionsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "actions", abstract: "List a plugin's own operations and their parameters.")

    @Argument(help: "A plugin's name, or the path of its manifest, library or directory.")
    var plugin: String

    @OptionGroup var search: SearchOptions

    @Option(name: .shortAndLong, help: "How to print: text or json.")
    var output: OutputFormat = .text

    func run() throws {
        let descriptor = try LoadedDescriptor.of(search.manifest(plugin))
        switch output {
        case .json: print(JSONValue.array(descriptor.actions.map(\.json)).serialized(pretty: true))
        case .text: print(descriptor.actions.isEmpty ? "\(descriptor.name) has no actions" : ActionText.table(descriptor.actions))
        }
        for problem in descriptor.unusableActions { Terminal.note("unusable: \(problem)") }
    }
}

/// Actions for people.
enum ActionText {
    static func table(_ actions: [ActionDeclaration]) -> String {
        var lines: [String] = []
        for action in actions {
            var marks = [action.appliesTo.map { $0 == "*" ? "backend" : $0 } ?? "workspace"]
            if action.mutates { marks.append("mutates") }
            if action.isIdempotent { marks.append("idempotent") }
            if action.isDangerous { marks.append("dangerous") }
            lines.append("  \(action.id)  (\(marks.joined(separator: ", ")))  \(action.summary)")
            let rows = action.parameters.map { parameter in
                [
                    "      \(parameter.name)", parameter.type.spelling, parameter.defaultValue.map { "default \($0)" } ?? "required",
                    parameter.summary + (parameter.constraint.map { "  \($0)" } ?? ""),
                ]
            }
            if !rows.isEmpty { lines.append(Terminal.table(rows)) }
        }
        return lines.joined(separator: "\n")
    }
}

extension ActionDeclaration {
    /// For `--output json`.
    var json: JSONValue {
        [
            "id": .string(id), "title": .string(title), "description": .string(summary), "signature": .string(signature),
            "applies_to": appliesTo.map { .string($0) } ?? .null, "mutates": .bool(mutates), "idempotent": .bool(isIdempotent),
            "dangerous": .bool(isDangerous),
            "parameters": .array(
                parameters.map { parameter in
                    [
                        "name": .string(parameter.name), "type": .string(parameter.type.spelling),
                        "description": .string(parameter.summary),
                        // Both were checked when the plugin was loaded.
                        "constraint": parameter.constraint.flatMap { try? JSONValue(parsing: $0) } ?? .null,
                        "default": parameter.defaultValue.flatMap { try? JSONValue(parsing: $0) } ?? .null,
                    ]
                }),
        ]
    }
}
