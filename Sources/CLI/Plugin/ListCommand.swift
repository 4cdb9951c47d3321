import ArgumentParser
import JSON
import PluginLoading

/// `berth plugin list`
struct ListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the plugins on the search path, without loading them.",
        discussion: """
            Plugins are looked for in the directories given with --plugin-path, in those of the variable BERTH_PLUGIN_PATH \
            (separated by colons), and where Berth was installed. Each may have a directory of its own there. The first \
            plugin of a name is used.
            """)

    @OptionGroup var search: SearchOptions

    @Option(name: .shortAndLong, help: "How to print: text or json.")
    var output: OutputFormat = .text

    func run() {
        let catalog = PluginCatalog(searchPath: search.searchPath)
        switch output {
        case .json: print(JSONValue.array(catalog.entries.map(\.json)).serialized(pretty: true))
        case .text:
            if catalog.entries.isEmpty {
                print("no plugins in \(catalog.searchPath.joined(separator: ":"))")
                return
            }
            var rows = [["NAME", "VERSION", "STATUS", "DESCRIPTION"]]
            for entry in catalog.entries {
                switch entry.manifest {
                case .success(let manifest): rows.append([manifest.name, manifest.version, entry.status, manifest.summary])
                case .failure(let error): rows.append(["?", "?", "broken", error.description])
                }
            }
            print(Terminal.table(rows))
        }
    }
}

extension PluginCatalog.Entry {
    /// One word for whether it can be used, and why not.
    fileprivate var status: String {
        if let shadowedBy { return "shadowed by \(shadowedBy)" }
        guard case .success(let manifest) = manifest else { return "broken" }
        do {
            try manifest.checkUsable()
            return "ok"
        } catch { return error.message }
    }

    fileprivate var json: JSONValue {
        var members: [String: JSONValue] = ["manifest": .string(path), "status": .string(status)]
        switch manifest {
        case .success(let manifest):
            members["id"] = .string(manifest.id.rawValue)
            members["name"] = .string(manifest.name)
            members["version"] = .string(manifest.version)
            members["description"] = .string(manifest.summary)
            members["capabilities"] = .array(manifest.capabilities.map { .string($0) })
        case .failure(let error): members["error"] = .string(error.description)
        }
        return .object(members)
    }
}
