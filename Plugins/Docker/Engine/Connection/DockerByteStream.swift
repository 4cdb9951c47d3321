import AsyncHTTPClient
package import JSON
package import NIOCore

/// The bytes of an answer that may go on for long. Ends when the engine ends it, or with the task that reads.
package struct DockerByteStream: AsyncSequence, Sendable {
    package typealias Element = ByteBuffer

    let body: HTTPClientResponse.Body
    let request: String

    package struct AsyncIterator: AsyncIteratorProtocol {
        var base: HTTPClientResponse.Body.AsyncIterator
        let request: String

        package mutating func next() async throws -> ByteBuffer? {
            do {
                return try await base.next()
            } catch {
                throw DockerClient.failure(error, request, nil)
            }
        }
    }

    package func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: body.makeAsyncIterator(), request: request) }

    /// Everything, up to a limit.
    package func collect(sizeMax: Int) async throws -> [UInt8] {
        var result: [UInt8] = []
        for try await part in self {
            result += part.readableBytesView
            guard result.count <= sizeMax else {
                throw DockerError(.invalidAnswer, "the answer to \(request) is larger than \(sizeMax >> 20) MiB", request: request)
            }
        }
        return result
    }

    /// Calls for each JSON message of a stream of them; they are separated by line ends.
    package func forEachMessage(_ body: (JSONValue) async throws -> Void) async throws {
        var splitter = JSONLineSplitter(request: request)
        for try await part in self {
            for message in try splitter.take(part.readableBytesView) { try await body(message) }
        }
        if let last = try splitter.finish() { try await body(last) }
    }
}
