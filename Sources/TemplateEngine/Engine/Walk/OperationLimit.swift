import Synchronization

/// Lets so many operations of providers run at once; the others wait in line.
final class OperationLimit: Sendable {
    private struct Places {
        var free: Int
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let places: Mutex<Places>

    init(_ count: Int) { places = Mutex(Places(free: max(1, count))) }

    func run<T: Sendable>(_ operation: @Sendable () async throws -> T) async throws -> T {
        await take()
        defer { give() }
        try Task.checkCancellation()
        return try await operation()
    }

    /// Waits for its turn; ``give()`` ends it.
    func take() async { if !takeFree() { await waitInLine() } }

    private func takeFree() -> Bool {
        places.withLock { places in
            guard places.free > 0 else { return false }
            places.free -= 1
            return true
        }
    }

    private func waitInLine() async {
        await withCheckedContinuation { continuation in
            // One may have become free meanwhile.
            let isFree = places.withLock { places in
                guard places.free == 0 else {
                    places.free -= 1
                    return true
                }
                places.waiting.append(continuation)
                return false
            }
            if isFree { continuation.resume() }
        }
    }

    func give() {
        let next = places.withLock { places -> CheckedContinuation<Void, Never>? in
            if places.waiting.isEmpty {
                places.free += 1
                return nil
            }
            return places.waiting.removeFirst()
        }
        next?.resume()
    }
}
