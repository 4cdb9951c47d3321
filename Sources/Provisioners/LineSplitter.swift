/// Makes lines of bytes that come in pieces.
struct LineSplitter {
    /// A longer line is cut into pieces, so that output without line ends does not fill the memory.
    static let lineSizeMax = 64 << 10

    private var rest: [UInt8] = []

    /// Passes on the lines that are complete, without their ends; empty ones are left out, as Terraform does.
    mutating func add(_ bytes: [UInt8], _ output: (String) -> Void) {
        for byte in bytes {
            if byte == UInt8(ascii: "\n") || rest.count >= Self.lineSizeMax { end(output) }
            if byte != UInt8(ascii: "\n") { rest.append(byte) }
        }
    }

    /// Passes on what came after the last line end.
    mutating func end(_ output: (String) -> Void) {
        if rest.last == UInt8(ascii: "\r") { rest.removeLast() }
        if !rest.isEmpty { output(String(decoding: rest, as: UTF8.self)) }
        rest.removeAll(keepingCapacity: true)
    }
}
