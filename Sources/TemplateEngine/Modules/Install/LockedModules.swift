package import TemplateConfiguration

/// Finds modules where an installation put them, if the calls are still those of the lock and the files still what they were.
package struct LockedModules: ModuleResolver, Sendable {
    private let lock: ModuleLock
    private let store: ModuleStore

    package init(_ lock: ModuleLock, in store: ModuleStore) {
        self.lock = lock
        self.store = store
    }

    package func directory(for call: ModuleCall, at address: ModuleAddress, from directory: String) -> String? {
        guard let entry = lock.entries[ModuleLock.key(address)], entry.source == call.source else { return nil }
        if let version = entry.version {
            guard let version = SemanticVersion(version), call.versions.allows(version) else { return nil }
        }
        guard let tree = store.tree(entry.sha256) else { return nil }
        return entry.subdirectory.isEmpty ? tree : "\(tree)/\(entry.subdirectory)"
    }

    package func package(of directory: String) -> String {
        // The hash in a path is the directory right below the store.
        for entry in lock.entries.values where !entry.subdirectory.isEmpty && directory.hasSuffix("/\(entry.sha256)/\(entry.subdirectory)")
        {
            return String(directory.dropLast(entry.subdirectory.count + 1))
        }
        return directory
    }
}
