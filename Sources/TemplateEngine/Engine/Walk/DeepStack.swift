/// Calls what recurses as deep as a template nests, on a thread whose stack is deep enough.
enum DeepStack {
    static func run<T: Sendable>(_ body: @escaping @Sendable () -> T) async throws -> T {
        let worker = Worker(thread: try EngineThread())
        return await worker.run(body)
    }

    private actor Worker {
        nonisolated let thread: EngineThread
        nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

        init(thread: EngineThread) { self.thread = thread }

        func run<T>(_ body: @Sendable () -> T) -> T { body() }
    }
}
