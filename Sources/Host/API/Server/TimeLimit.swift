import HTTPTypes

/// Runs something for a limited time.
enum TimeLimit {
    /// What `body` returns, or ``APIError`` with status 408 once the time is over; `body` is cancelled then, and waited for.
    static func run<T: Sendable>(_ limit: Duration?, _ body: @escaping @Sendable () async throws -> T) async throws -> T {
        guard let limit else { return try await body() }
        return try await withThrowingTaskGroup(of: T.self) { group in
            group.addTask { try await body() }
            group.addTask {
                try await Task.sleep(for: limit)
                throw APIError(.requestTimeout, "The request took too long.", detail: "The limit is \(limit.components.seconds) seconds.")
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() else { throw CancellationError() }
            return result
        }
    }
}
