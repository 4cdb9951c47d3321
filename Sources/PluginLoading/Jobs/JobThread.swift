import CShims

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
        let box = Unmanaged.passRetained(Body(body))
        let status = cshims_start_thread(
            name, stackSizeBytes, { Unmanaged<Body>.fromOpaque($0!).takeRetainedValue().run() }, box.toOpaque())
        guard status == 0 else {
            box.release()
            throw .system("cannot start a thread", -status)
        }
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
