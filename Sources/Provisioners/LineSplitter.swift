/// Makes lines of bytes that come in pieces.
struct LineSplitter {
    /// A longer line is cut into pieces, so that output without line ends does not fill the memory.
    static let lineSizeMax = 64 << 10

    private var rest: [UInt8] = []

    /// Passes on the lines that are complete, as ``shown(_:)`` has them.
    mutating func add(_ bytes: [UInt8], _ output: (String) -> Void) {
        for byte in bytes {
            if byte == UInt8(ascii: "\n") || rest.count >= Self.lineSizeMax { end(output) }
            if byte != UInt8(ascii: "\n") { rest.append(byte) }
        }
    }

    /// Passes on what came after the last line end.
    mutating func end(_ output: (String) -> Void) {
        if let line = Self.shown(String(decoding: rest, as: UTF8.self)) { output(line) }
        rest.removeAll(keepingCapacity: true)
    }

    /// A line without white space at its end; nil if nothing is left. So Terraform shows lines.
    static func shown(_ line: String) -> String? {
        var line = line[...]
        while line.last?.isWhitespace == true { line.removeLast() }
        return line.isEmpty ? nil : String(line)
    }
}
