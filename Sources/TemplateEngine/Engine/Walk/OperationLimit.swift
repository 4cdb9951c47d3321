/// Lets so many operations of providers run at once; the others wait in line.
actor OperationLimit {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) { free = max(1, count) }

    func run<T: Sendable>(_ operation: @Sendable () async throws -> T) async throws -> T {
        await take()
        defer { give() }
        try Task.checkCancellation()
        return try await operation()
    }

    /// Waits for its turn; ``give()`` ends it.
    func take() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func give() {
        if waiting.isEmpty {
            free += 1
        } else {
            waiting.removeFirst().resume()
        }
    }
}
