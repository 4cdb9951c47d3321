/// What an operation of a provider is told, and can tell, while it runs.
package struct ProviderOperation: Sendable {
    /// The instance in the template: `docker_container.web[0]`.
    package var address: String
    /// The same for every attempt to make this object, and for no other: put it on the object, so that ``ResourceType/find(_:_:)``
    /// can tell it from others after a crash.
    package var key: String
    /// What ``record(_:)`` was given by the attempt that was interrupted, as JSON.
    package var handle: String?
    package var environment: ProviderEnvironment
    private let onLog: @Sendable (String) -> Void
    private let onProgress: @Sendable (String, UInt64, UInt64) -> Void
    private let onRecord: @Sendable (String) async throws -> Void

    package init(
        address: String, key: String, handle: String? = nil, environment: ProviderEnvironment,
        log: @escaping @Sendable (String) -> Void = { _ in },
        progress: @escaping @Sendable (String, UInt64, UInt64) -> Void = { _, _, _ in },
        record: @escaping @Sendable (String) async throws -> Void = { _ in }
    ) {
        self.address = address
        self.key = key
        self.handle = handle
        self.environment = environment
        onLog = log
        onProgress = progress
        onRecord = record
    }

    /// A line for the build log.
    package func log(_ line: String) { onLog(line) }

    /// Says how far something long has come: `pulling example/app:1: 3 of 7 layers, 120 of 400 MB`. Called a few times a second at
    /// most, and once more when it is done.
    ///
    /// - Parameters:
    ///   - done: bytes, or what else the message counts; never more than `total`.
    ///   - total: 0 if nobody knows; it may grow. When it is over, `done` is the same.
    package func progress(_ message: String, done: UInt64, total: UInt64) { onProgress(message, done, total) }

    /// Writes down what was made so far in an operation of several steps, as JSON text; returns once it is stored. Called right
    /// after the backend answered with the identifier of something new, before the next step.
    package func record(_ handle: String) async throws { try await onRecord(handle) }
}
