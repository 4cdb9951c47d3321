import ArgumentParser
import JSON
import PluginLoading
import PluginTooling

/// How a command prints its result.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    case text, json
}

/// Where plugins are looked for.
struct SearchOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Look for plugins here first; may be given several times.", valueName: "directory"))
    var pluginPath: [String] = []

    var searchPath: [String] { PluginCatalog.defaultSearchPath(configured: pluginPath.map(PluginLocator.absolute)) }

    func manifest(_ word: String) throws -> PluginManifest {
        try PluginLocator.manifest(for: word, searchPath: searchPath)
    }
}

/// A plugin's configuration.
struct ConfigurationOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("A JSON file with the plugin's configuration.", valueName: "file"))
    var configuration: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp(
            "A member of the configuration; JSON, or a text as it stands. May be given several times.", valueName: "name=value"))
    var set: [String] = []

    func value() throws -> JSONValue { try ConfigurationValues.object(file: configuration, pairs: set) }
}

/// A workspace that is kept in a directory.
struct WorkspaceOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("Where the workspace's record is kept; made if it does not exist.", valueName: "directory"))
    var workspace: String = ".berth/workspace"

    @Flag(name: .long, help: "Load the plugin into this process instead of a worker; a crash of the plugin ends it.")
    var inProcess = false

    @Option(name: .long, help: ArgumentHelp("Cancel the job when it has run that long.", valueName: "seconds"))
    var timeLimit: Int?

    var jobOptions: JobOptions { JobOptions(timeLimit: timeLimit.map { .seconds($0) }) }

    func validate() throws {
        if let timeLimit, timeLimit <= 0 { throw ValidationError("--time-limit must be at least 1") }
    }
}
