/// Takes apart what a container prints without a terminal: frames of eight bytes' head and a body.
package struct OutputFrames {
    package enum Source: UInt8, Sendable { case input = 0, output = 1, errors = 2, system = 3 }

    package struct Frame: Sendable, Hashable {
        package var source: Source
        package var bytes: [UInt8]
    }

    /// The most that a frame may have; the engine itself splits earlier.
    static let frameSizeMax = 16 << 20

    private var pending: [UInt8] = []

    package init() {}

    /// The frames that are complete now.
    package mutating func take(_ bytes: some Sequence<UInt8>) throws(DockerError) -> [Frame] {
        pending += bytes
        var frames: [Frame] = []
        var start = 0
        while pending.count - start >= 8 {
            let length = pending[(start + 4)..<(start + 8)].reduce(0) { $0 << 8 | Int($1) }
            guard let source = Source(rawValue: pending[start]), length <= Self.frameSizeMax else {
                throw DockerError(.invalidAnswer, "the output of a container does not come in frames")
            }
            guard pending.count - start - 8 >= length else { break }
            frames.append(Frame(source: source, bytes: Array(pending[(start + 8)..<(start + 8 + length)])))
            start += 8 + length
        }
        pending.removeFirst(start)
        return frames
    }
}
