import HCL
import TemplateConfiguration
import TemplateModules
import Threads

/// Reads templates, with the modules that they call from elsewhere.
///
/// Modules that the template brings along, in `.terraform/modules` or by its lock file, are taken from there. What is missing is
/// fetched into the plugin's cache; what was chosen is remembered there, so that a template is the same in every build.
struct TemplateLoader: Sendable {
    let options: ModuleInstallOptions
    let cacheDirectory: String

    /// What was fetched, beside the template's files; see `berth template modules`.
    private static let lockName = ".berth.modules.json"

    init(_ settings: TemplateSettings, variables: [String: String], cacheDirectory: String) {
        var options = ModuleInstallOptions(store: cacheDirectory + "/modules", variables: variables)
        options.mirror = settings.moduleMirror
        options.origins = settings.moduleRegistries
        options.usesNetwork = settings.usesNetwork
        self.options = options
        self.cacheDirectory = cacheDirectory
    }

    /// - Throws: `CancellationError`, or what the system refuses; all that is wrong with the template is in the diagnostics.
    func load(_ directory: String) async throws -> (Configuration, Diagnostics) {
        let (options, lock) = (options, try await DeepStack.run { try ModuleLock.read("\(directory)/\(Self.lockName)") ?? ModuleLock() })
        let (configuration, diagnostics) = try await DeepStack.run {
            ConfigurationLoader(resolver: BroughtModules(lock, InstalledModules(root: directory), options)).load(directory)
        }
        guard diagnostics.contains(where: { $0.summary == "Module not installed" }) else { return (configuration, diagnostics) }
        return try await fetch(directory, lock, as: key(configuration))
    }

    private func fetch(_ directory: String, _ given: ModuleLock, as key: String) async throws -> (Configuration, Diagnostics) {
        let path = "\(cacheDirectory)/modules-\(key).json"
        var lock = given
        // A lock that cannot be read is as good as none: everything is chosen anew.
        let chosen = (try? ModuleLock.read(path)) ?? nil
        lock.entries.merge(chosen?.entries ?? [:]) { given, _ in given }
        let result = try await ModuleInstaller(options).install(directory, lock: lock)
        if !result.diagnostics.hasErrors, result.lock != chosen { try result.lock.write(to: path) }
        return (result.configuration, result.diagnostics)
    }

    /// What tells one template from others.
    private func key(_ configuration: Configuration) -> String {
        var bytes: [UInt8] = []
        for (name, source) in configuration.sources.sorted(by: { $0.key < $1.key }) {
            bytes += Array("\(name)\n\(source.bytes.count)\n".utf8) + source.bytes
        }
        return BytesText.hexadecimal.text(Digest.sha256.hash(bytes))
    }
}

/// Modules that came with a template.
private struct BroughtModules: ModuleResolver {
    private let locked: LockedModules
    private let installed: InstalledModules

    init(_ lock: ModuleLock, _ installed: InstalledModules, _ options: ModuleInstallOptions) {
        locked = LockedModules(lock, in: ModuleStore(options))
        self.installed = installed
    }

    func directory(for call: ModuleCall, at address: ModuleAddress, from directory: String) -> String? {
        installed.directory(for: call, at: address, from: directory) ?? locked.directory(for: call, at: address, from: directory)
    }

    func package(of directory: String) -> String { locked.package(of: directory) }
}
