import HCL
import ProviderKit

/// The `timeouts` block of a resource.
enum OperationTimeout {
    /// What the published provider allows where the template says nothing.
    private static let standard = Duration.seconds(20 * 60)

    /// Does something within the time that a template allows; it is cancelled when that is over.
    ///
    /// - Parameters:
    ///   - value: the object with the block.
    ///   - name: `create`, `update` or `delete`.
    static func run<T: Sendable>(_ value: Value, _ name: String, _ body: @escaping @Sendable () async throws -> T) async throws -> T {
        let limit = try limit(value, name)
        return try await withThrowingTaskGroup(of: T.self) { group in
            group.addTask(operation: body)
            group.addTask {
                try await Task.sleep(for: limit)
                throw ProviderError(
                    "Time is up", "It took longer than \(limit), which is what \"\(name)\" in \"timeouts\" allows.",
                    at: .attribute("timeouts"))
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() else { throw CancellationError() }
            return result
        }
    }

    private static func limit(_ value: Value, _ name: String) throws(ProviderError) -> Duration {
        guard let text = value[attribute: "timeouts"].string(name) else { return standard }
        do {
            return .nanoseconds(max(1, try GoDuration.nanoseconds(text)))
        } catch {
            throw ProviderError("Invalid timeout", "\(text.goQuoted) is not a valid duration", at: .attribute("timeouts"))
        }
    }
}
