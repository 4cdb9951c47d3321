import NIOCore

/// An archive in parts, each taken when the one before it was sent.
struct ArchiveParts: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    private static let sizeMax = 1 << 18

    let bytes: ByteBuffer
    let onSent: @Sendable (Int) -> Void

    struct AsyncIterator: AsyncIteratorProtocol {
        var rest: ByteBuffer
        let size: Int
        let onSent: @Sendable (Int) -> Void

        mutating func next() async -> ByteBuffer? {
            onSent(size - rest.readableBytes)
            return rest.readableBytes == 0 ? nil : rest.readSlice(length: Swift.min(rest.readableBytes, sizeMax))
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(rest: bytes, size: bytes.readableBytes, onSent: onSent) }
}
