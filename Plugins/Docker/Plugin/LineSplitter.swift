import DockerEngine
import Synchronization

/// Makes lines of what a container prints, which comes in pieces.
final class LineSplitter: Sendable {
    typealias Source = OutputFrames.Source

    private let state = Mutex((pending: [Source: [UInt8]](), count: 0))
    private let onLine: @Sendable (Source, String) -> Void
    /// A line that is longer is told in parts.
    private static let sizeMax = 32 << 10

    init(_ onLine: @escaping @Sendable (Source, String) -> Void) { self.onLine = onLine }

    /// How many lines there were.
    var count: Int { state.withLock { $0.count } }

    func add(_ frame: OutputFrames.Frame) {
        state.withLock { state in
            var bytes = (state.pending[frame.source] ?? [])[...] + frame.bytes
            while let end = bytes.firstIndex(of: UInt8(ascii: "\n")) ?? (bytes.count > Self.sizeMax ? bytes.startIndex + Self.sizeMax : nil)
            {
                tell(frame.source, bytes[..<end], &state.count)
                bytes = bytes[end...].first == UInt8(ascii: "\n") ? bytes[(end + 1)...] : bytes[end...]
            }
            state.pending[frame.source] = Array(bytes)
        }
    }

    /// Tells what did not end with a line.
    func finish() {
        state.withLock { state in
            for (source, bytes) in state.pending where !bytes.isEmpty { tell(source, bytes[...], &state.count) }
            state.pending = [:]
        }
    }

    private func tell(_ source: Source, _ bytes: ArraySlice<UInt8>, _ count: inout Int) {
        count += 1
        onLine(source, String(decoding: bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes, as: UTF8.self))
    }
}
