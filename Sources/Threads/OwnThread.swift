import CShims

/// A thread of the operating system, outside Swift's pool, which has one thread per core and little stack on each.
package enum OwnThread {
    /// Runs the function on a new thread.
    ///
    /// - Parameters:
    ///   - name: the kernel shows its first 15 bytes.
    ///   - stackSizeBytes: address space for its stack; memory is taken as it is used.
    package static func start(_ name: String, stackSizeBytes: Int, _ body: @escaping @Sendable () -> Void) throws(ThreadError) {
        let box = Unmanaged.passRetained(Body(body))
        let status = cshims_start_thread(
            name, stackSizeBytes,
            { context in
                guard let context else { return }
                Unmanaged<Body>.fromOpaque(context).takeRetainedValue().run()
            }, box.toOpaque())
        guard status == 0 else {
            box.release()
            throw ThreadError(errorNumber: -status)
        }
    }

    /// What a function that blocks returns or throws. Cancelling the task does not end it.
    package static func run<T: Sendable>(
        _ name: String, stackSizeBytes: Int = 1 << 20, _ body: @escaping @Sendable () throws -> T
    ) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            do {
                try start(name, stackSizeBytes: stackSizeBytes) { continuation.resume(with: Result { try body() }) }
            } catch {
                continuation.resume(throwing: error)
            }
        }
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
}
