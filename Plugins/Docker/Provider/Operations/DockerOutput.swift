import DockerEngine

/// What a program printed, up to a limit; output and errors apart.
package struct DockerOutput: Sendable, Hashable {
    package private(set) var output: [UInt8] = []
    package private(set) var errors: [UInt8] = []
    /// Whether more was printed than the limit allows; what is there is the beginning.
    package private(set) var isTruncated = false
    let sizeMax: Int

    init(sizeMax: Int) { self.sizeMax = sizeMax }

    mutating func add(_ frame: OutputFrames.Frame) {
        let room = sizeMax - output.count - errors.count
        if frame.bytes.count > room { isTruncated = true }
        if frame.source == .errors { errors += frame.bytes.prefix(room) } else { output += frame.bytes.prefix(room) }
    }
}
