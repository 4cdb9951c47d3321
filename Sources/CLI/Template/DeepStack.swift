import PluginLoading

/// Calls what recurses as deep as a template nests on a thread whose stack is deep enough; a thread of Swift's pool has too
/// little of it.
func onDeepStack<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
    try await withCheckedThrowingContinuation { continuation in
        do {
            try JobThread.start("berth-template", stackSizeBytes: 512 << 20) { continuation.resume(with: Result { try body() }) }
        } catch {
            continuation.resume(throwing: error)
        }
    }
}
