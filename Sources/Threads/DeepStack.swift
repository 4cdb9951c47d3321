/// A stack for what recurses as deep as its input nests.
package enum DeepStack {
    /// Address space only; memory is taken as it is used.
    package static let sizeBytes = 512 << 20

    /// Calls a function where the stack is deep.
    package static func run<T: Sendable>(_ body: @escaping @Sendable () throws -> T) async throws -> T {
        try await OwnThread.run("berth-template", stackSizeBytes: sizeBytes, body)
    }
}
