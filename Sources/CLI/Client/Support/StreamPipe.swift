import APIClient
import Glibc
import NIOCore
import PluginLoading

/// Standard input and output as the two ends of a byte stream through the server.
enum StreamPipe {
    /// Returns when the other side has ended.
    static func join(_ client: APIClient, _ path: String, query: [(String, String)]) async throws {
        try await client.webSocket(path, query: query) { stream in
            let (chunks, continuation) = AsyncStream.makeStream(of: ByteBuffer?.self, bufferingPolicy: .unbounded)
            let room = Room()
            // Reading blocks, so it has a thread; it ends with the process, or with the input.
            try JobThread.start("berth-stdin") {
                var bytes = [UInt8](repeating: 0, count: 64 << 10)
                while true {
                    room.wait()
                    let count = read(STDIN_FILENO, &bytes, bytes.count)
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else { break }
                    continuation.yield(ByteBuffer(bytes: bytes[..<count]))
                }
                continuation.yield(nil)
                continuation.finish()
            }
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    for await chunk in chunks {
                        try await stream.send(chunk ?? ByteBuffer())
                        room.signal()
                    }
                    return false
                }
                group.addTask {
                    try await stream.forEachMessage { try write($0) }
                    return true
                }
                while let isOver = try await group.next(), !isOver {}
                group.cancelAll()
            }
        }
    }

    private static func write(_ buffer: ByteBuffer) throws {
        var rest = buffer.readableBytesView[...]
        while !rest.isEmpty {
            let count = rest.withContiguousStorageIfAvailable { Glibc.write(STDOUT_FILENO, $0.baseAddress, $0.count) } ?? -1
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw APIError(status: 0, message: "standard output is closed", request: "") }
            rest = rest.dropFirst(count)
        }
    }

    /// How many pieces may be on their way: enough to keep the line busy, few enough to keep memory small.
    private final class Room: @unchecked Sendable {
        // A semaphore is made to be shared.
        private let semaphore = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)
        init() { sem_init(semaphore, 0, 32) }
        func wait() { while sem_wait(semaphore) != 0 && errno == EINTR {} }
        func signal() { sem_post(semaphore) }
    }
}
