import Glibc
import HCL
import HTTPProvider
import Providers
import Provisioners
import TemplateConfiguration
import TemplateEvaluation
import TestSupport
import Threads

/// Coder's own templates, and modules of its registry, as they are published; read in place.
enum TemplateCorpus {
    static let root = Package.root + "/../shared/data/coder"
    static let isThere = access(root, F_OK) == 0

    /// The directories with a `main.tf`, relative to the root.
    static let templates = directories("templates")
    static let modules = directories("modules/registry")

    static let catalog = ProviderCatalog(standardProviders() + [HTTPProvider()], provisioners: allProvisioners())

    private static func directories(_ path: String) -> [String] {
        guard let stream = opendir("\(root)/\(path)") else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if !name.hasPrefix(".") { names.append(name) }
        }
        if names.contains("main.tf") { return [path] }
        return names.sorted().flatMap { directories("\(path)/\($0)") }
    }

    /// A configuration with the modules that are there; and what is wrong with it beside modules that are not.
    static func load(_ path: String) async throws -> (configuration: Configuration, missing: [String], diagnostics: Diagnostics) {
        let (configuration, found) = try await DeepStack.run {
            ConfigurationLoader(resolver: RegistryModules()).load("\(root)/\(path)")
        }
        let missing = found.filter { $0.summary == "Module not installed" }
        return (configuration, missing.compactMap { $0.subject?.description }, found.filter { $0.summary != "Module not installed" })
    }
}

/// Finds `registry.coder.com/coder/code-server/coder` among the modules of the corpus.
private struct RegistryModules: ModuleResolver {
    func directory(for call: ModuleCall, at address: ModuleAddress, from directory: String) -> String? {
        var parts = call.source.split(separator: "/").map(String.init)
        guard parts.count == 4, parts.removeFirst() == "registry.coder.com" else { return nil }
        // "modules" is where the registry kept Coder's modules before it had others.
        let space = parts[0] == "modules" ? "coder" : parts[0]
        let path = "\(TemplateCorpus.root)/modules/registry/\(space)/modules/\(parts[1])"
        return access(path, F_OK) == 0 ? path : nil
    }
}
