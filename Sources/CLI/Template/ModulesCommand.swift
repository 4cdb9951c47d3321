import ArgumentParser
import HCL
import PluginLoading
import PluginTooling
import TemplateConfiguration
import TemplateModules

/// `berth template modules`
struct ModulesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "modules", abstract: "Fetch the modules that a template calls from elsewhere.",
        discussion: """
            Fetches what `module` blocks name, from registries, git repositories and archives, into a store where every module \
            is kept once by the hash of its files, and writes down in \(FetchedModules.lockName) what was chosen. All other \
            commands take modules from there. What is locked and still fits is not fetched again. Exits with 1 if something \
            could not be fetched; what could is locked all the same.
            """)

    @OptionGroup var template: TemplateOptions

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A directory that is looked into first: HOST/NAMESPACE/NAME/SYSTEM/VERSION, git/HOST/PATH/REF, http/HOST/PATH.",
            valueName: "directory"))
    var mirror: String?

    @Flag(name: .long, help: "Fetch nothing from the network.")
    var offline = false

    @Flag(name: .long, help: "Choose all versions anew.")
    var upgrade = false

    @Option(name: .long, help: "text, or json for the lock file itself.")
    var output: OutputFormat = .text

    func run() async throws {
        let (root, template) = (template.root, template)
        var options = ModuleInstallOptions(store: template.store, variables: ProcessVariables.all)
        options.mirror = mirror.map(PluginLocator.absolute)
        options.usesNetwork = !offline
        let installer = ModuleInstaller(options)
        let old = upgrade ? ModuleLock() : try FetchedModules.lock(in: root)
        try makeDirectory(options.store, mode: 0o755)
        let result = try await cancellableBySignals { try await installer.install(root, lock: old) }
        if result.lock != old || !result.lock.entries.isEmpty {
            try replaceFile("\(root)/\(FetchedModules.lockName)", with: Array(result.lock.text.utf8), mode: 0o644)
        }
        template.show(result.diagnostics, result.configuration.sources)
        switch output {
        case .json: print(result.lock.text, terminator: "")
        case .text: print(text(result.lock))
        }
        if result.diagnostics.hasErrors { throw ExitCode(1) }
    }

    private func text(_ lock: ModuleLock) -> String {
        if lock.entries.isEmpty { return "The template has no modules from elsewhere." }
        let rows = lock.entries.sorted { $0.key < $1.key }.map { key, entry in
            [
                key, entry.version ?? "-", String(entry.sha256.prefix(12)),
                entry.resolved + (entry.subdirectory.isEmpty ? "" : "//" + entry.subdirectory),
            ]
        }
        return Terminal.table([["MODULE", "VERSION", "HASH", "FROM"]] + rows)
    }
}
