import CShims

/// Calls what blocks on a thread of its own, so that Swift's pool, which has one thread per core, goes on meanwhile.
package enum OwnThread {
    /// What the function returns or throws. Cancelling the task does not end it.
    package static func run<T: Sendable>(
        _ name: String, stackSizeBytes: Int = 1 << 20, _ body: @escaping @Sendable () throws -> T
    ) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            let work = UnsafeMutablePointer<@Sendable () -> Void>.allocate(capacity: 1)
            work.initialize { continuation.resume(with: Result { try body() }) }
            let status = cshims_start_thread(
                name, stackSizeBytes,
                { context in
                    guard let work = context?.assumingMemoryBound(to: (@Sendable () -> Void).self) else { return }
                    let body = work.move()
                    work.deallocate()
                    body()
                }, work)
            guard status == 0 else {
                work.deinitialize(count: 1)
                work.deallocate()
                continuation.resume(throwing: ProcessError(action: "cannot start a thread", code: -status))
                return
            }
        }
    }
}
