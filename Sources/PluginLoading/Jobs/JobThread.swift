import Threads

/// A thread of the operating system for one job, outside Swift's cooperative pool.
package enum JobThread {
    /// What the ABI promises.
    package static let stackSizeBytes = 8 << 20

    /// Runs `body` on a new thread.
    ///
    /// - Parameters:
    ///   - name: the kernel shows its first 15 bytes.
    ///   - stackSizeBytes: address space for its stack; memory is taken as it is used.
    /// - Throws: ``PluginError`` with code `system` if no thread can be had.
    package static func start(
        _ name: String, stackSizeBytes: Int = JobThread.stackSizeBytes, _ body: @escaping @Sendable () -> Void
    ) throws(PluginError) {
        do {
            try OwnThread.start(name, stackSizeBytes: stackSizeBytes, body)
        } catch {
            throw .system("cannot start a thread", error.errorNumber)
        }
    }
}
