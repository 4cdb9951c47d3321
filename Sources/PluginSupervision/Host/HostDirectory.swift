import CShims
import Glibc
package import PluginLoading

/// A directory that one host process at a time keeps its workers' things in.
///
/// It remembers which workers were started, so that the next host can end those that a killed host left behind before it
/// does anything else: a stray worker might still be changing the backend.
package final class HostDirectory: Sendable {
    package let path: String
    private let lock: Int32

    /// Opens or makes the directory, and ends the workers of a predecessor that died.
    ///
    /// - Throws: ``PluginError`` with code `system`, also if another process holds it.
    package init(_ path: String) throws(PluginError) {
        try makeDirectory(path + "/workers")
        let lock = cshims_open_write(path + "/lock", 0o600)
        guard lock >= 0 else { throw .system("cannot open \(path)/lock", -lock) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            close(lock)
            throw PluginError(.system, "\(path) is in use by another process")
        }
        self.path = path
        self.lock = lock
        for name in directoryEntries(path + "/workers") {
            let worker = WorkerID(rawValue: name)
            Leftovers.end(of: worker)
            forget(worker)
        }
    }

    deinit { close(lock) }

    /// Lets another process have the directory; no worker of this one may run any more.
    package func release() {
        flock(lock, LOCK_UN)
    }

    /// Where a plugin keeps its cache, and its jobs their work directories.
    package func directories(for manifest: PluginManifest) throws(PluginError) -> HostDirectories {
        let base = path + "/plugins/" + manifest.id.rawValue
        let directories = HostDirectories(plugin: manifest.directory, cache: base + "/cache", work: base + "/work")
        try makeDirectory(directories.cache)
        try makeDirectory(directories.work)
        return directories
    }

    /// Notes a worker before it is started. It need not survive a power failure, which no worker does.
    func remember(_ worker: WorkerID) throws(PluginError) {
        let descriptor = cshims_open_write(file(of: worker), 0o600)
        guard descriptor >= 0 else { throw .system("cannot write \(file(of: worker))", -descriptor) }
        close(descriptor)
    }

    /// The worker and all it started are gone.
    func forget(_ worker: WorkerID) {
        unlink(file(of: worker))
    }

    private func file(of worker: WorkerID) -> String { path + "/workers/" + worker.rawValue }
}
