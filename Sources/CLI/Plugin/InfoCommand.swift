import ArgumentParser
import JSON
import PluginLoading

/// `berth plugin info`
struct InfoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "info", abstract: "Load a plugin and show what it says of itself: configuration, operations, actions.")

    @Argument(help: "A plugin's name, or the path of its manifest, library or directory.")
    var plugin: String

    @OptionGroup var search: SearchOptions

    @Option(name: .shortAndLong, help: "How to print: text or json.")
    var output: OutputFormat = .text

    func run() throws {
        let manifest = try search.manifest(plugin)
        let descriptor = try LoadedDescriptor.of(manifest)
        switch output {
        case .json:
            print(
                JSONValue.object([
                    "id": .string(descriptor.id.rawValue), "name": .string(descriptor.name), "version": .string(descriptor.version),
                    "description": .string(descriptor.summary), "abi": .string("1.\(descriptor.abiMinor)"),
                    "manifest": .string(manifest.path), "sha256": .string(manifest.sha256),
                    "capabilities": .array(descriptor.capabilities.names.map { .string($0) }),
                    "inventory": .bool(descriptor.hasInventory), "state_version": .integer(Int64(descriptor.stateVersion)),
                    "configuration_schema": try JSONValue(parsing: descriptor.configurationSchema),
                    "actions": .array(descriptor.actions.map(\.json)),
                    "unusable_actions": .array(descriptor.unusableActions.map { .string($0) }),
                ]).serialized(pretty: true))
        case .text:
            print("\(descriptor.name) \(descriptor.version)  \(descriptor.summary)\n")
            print(
                Terminal.table([
                    ["id", descriptor.id.rawValue], ["manifest", manifest.path], ["library", manifest.libraryPath],
                    ["sha256", manifest.sha256], ["ABI", "1.\(descriptor.abiMinor)"],
                    ["operations", descriptor.capabilities.names.joined(separator: ", ") + (descriptor.hasInventory ? ", inventory" : "")],
                    ["state", "version \(descriptor.stateVersion), reads \(descriptor.stateVersionMin) and newer"],
                ]))
            print("\nconfiguration:\n\(ConfigurationText.describe(try JSONValue(parsing: descriptor.configurationSchema)))")
            if !descriptor.actions.isEmpty { print("\nactions:\n\(ActionText.table(descriptor.actions))") }
            for problem in descriptor.unusableActions { Terminal.note("unusable: \(problem)") }
        }
    }
}

/// Loads a plugin into this process, only to read its descriptor; its entry point does nothing else.
enum LoadedDescriptor {
    static func of(_ manifest: PluginManifest) throws(PluginError) -> PluginDescriptor {
        try manifest.checkUsable()
        let image = try LibraryImage(path: manifest.libraryPath)
        try image.check(against: manifest)
        do throws(PluginError) {
            let library = try PluginLibrary(image: image)
            try library.descriptor.check(against: manifest)
            return library.descriptor
        } catch { throw error.at(plugin: manifest.id) }
    }
}

/// A configuration schema for people.
enum ConfigurationText {
    static func describe(_ schema: JSONValue) -> String {
        let required = Set((schema["required"]?.arrayValue ?? []).compactMap(\.stringValue))
        let properties = schema["properties"]?.objectValue ?? [:]
        guard !properties.isEmpty else { return "  none" }
        let rows = properties.sorted { $0.key < $1.key }.map { name, property in
            let type = property["type"]?.stringValue ?? property["enum"]?.serialized() ?? "any"
            let need = required.contains(name) ? "required" : property["default"].map { "default \($0.serialized())" } ?? "optional"
            return ["  \(name)", type, need, property["description"]?.stringValue ?? ""]
        }
        return Terminal.table(rows)
    }
}
