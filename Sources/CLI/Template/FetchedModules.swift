import Glibc
import HCL
import PluginLoading
import TemplateConfiguration
import TemplateModules

/// The modules that `berth template modules` fetched for a template, or else those that `terraform init` did.
struct FetchedModules: ModuleResolver {
    /// What was fetched, beside the template's files.
    static let lockName = ".berth.modules.json"

    private let locked: LockedModules
    private let installed: InstalledModules
    /// What is wrong with the lock file.
    private(set) var diagnostics: Diagnostics = []

    init(root: String, _ options: ModuleInstallOptions) {
        var lock = ModuleLock()
        do {
            lock = try Self.lock(in: root)
        } catch {
            let detail = "\(Self.lockName) cannot be used: \(error). Remove it, and run \"berth template modules\" again."
            diagnostics.append(.error("Invalid lock file of modules", detail))
        }
        locked = LockedModules(lock, in: ModuleStore(options))
        installed = InstalledModules(root: root)
    }

    /// An empty one if there is no file.
    static func lock(in root: String) throws -> ModuleLock {
        let path = "\(root)/\(lockName)"
        guard access(path, F_OK) == 0 else { return ModuleLock() }
        return try ModuleLock(String(decoding: try readFile(path, limit: 16 << 20), as: UTF8.self))
    }

    func directory(for call: ModuleCall, at address: ModuleAddress, from directory: String) -> String? {
        locked.directory(for: call, at: address, from: directory) ?? installed.directory(for: call, at: address, from: directory)
    }

    func package(of directory: String) -> String { locked.package(of: directory) }
}
