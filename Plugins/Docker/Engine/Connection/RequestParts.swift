import AsyncHTTPClient
import NIOCore

/// A body of a request in parts; tells an error of its source from one of the network.
struct RequestParts<Source: AsyncSequence<ByteBuffer, any Error> & Sendable>: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let source: Source

    struct AsyncIterator: AsyncIteratorProtocol {
        var base: Source.AsyncIterator

        mutating func next() async throws -> ByteBuffer? {
            do {
                return try await base.next()
            } catch {
                throw RequestPartsFailure(cause: error)
            }
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(base: source.makeAsyncIterator()) }
}

/// Why a body could not be made.
struct RequestPartsFailure: Error { var cause: any Error }

extension HTTPClientRequest.Body {
    /// What a sequence yields, each part when the one before it was sent.
    static func parts(_ source: any AsyncSequence<ByteBuffer, any Error> & Sendable, sizeBytes: Int) -> Self {
        func open(_ source: some AsyncSequence<ByteBuffer, any Error> & Sendable) -> Self {
            .stream(RequestParts(source: source), length: .known(Int64(sizeBytes)))
        }
        return open(source)
    }
}
