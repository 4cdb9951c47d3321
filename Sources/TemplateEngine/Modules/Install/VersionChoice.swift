import HCL
import TemplateConfiguration

/// Chooses the version of a module of a registry: the newest that a call allows.
struct VersionChoice: Sendable {
    let options: ModuleInstallOptions

    /// - Parameter known: what registries have said already.
    func choose(
        _ module: RegistryModule, _ call: MissingModule, _ known: inout [RegistryModule: [SemanticVersion]]
    ) async throws -> SemanticVersion {
        let mirrored = options.mirror.map { ModuleMirror(directory: $0).versions(of: module).map(\.version) } ?? []
        if let version = newest(mirrored, call) { return version }
        guard options.usesNetwork else {
            throw ModuleFetchError(
                mirrored.isEmpty
                    ? "the network is not used, and the mirror does not have it"
                    : "the network is not used, and of the mirror's versions none is allowed: \(mirrored.sorted().map(\.description).joined(separator: ", "))"
            )
        }
        if known[module] == nil { known[module] = try await RegistryClient(web: WebClient(options: options)).versions(of: module) }
        let available = known[module] ?? []
        if let version = newest(available, call) { return version }
        let place = (call.call.versionRange ?? call.call.sourceRange ?? call.call.range)
        let name = "\(module.description.goQuoted) (\(place.file):\(place.start.line))"
        guard let newest = available.filter({ !$0.isPrerelease }).max() ?? available.max() else {
            throw ModuleFetchError("Module has no versions", detail: "Module \(name) has no versions available on \(module.host).")
        }
        throw ModuleFetchError(
            "Unresolvable module version constraint",
            detail:
                "There is no available version of module \(name) which matches the given version constraint. The newest available version is \(newest)."
        )
    }

    /// A pre-release is chosen only by its own name.
    private func newest(_ versions: [SemanticVersion], _ call: MissingModule) -> SemanticVersion? {
        let isExact = call.call.versions.contains { $0.comparison == .equal }
        return versions.filter { call.call.versions.allows($0) && (!$0.isPrerelease || isExact) }.max()
    }
}
