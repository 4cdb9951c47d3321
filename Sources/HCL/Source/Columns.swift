/// Counts what HCL calls columns: grapheme clusters, where a line feed (alone or after a carriage return) starts a line.
enum Columns {
    /// Where `position` is after the given bytes.
    static func advance(_ position: SourcePosition, over bytes: ArraySlice<UInt8>) -> SourcePosition {
        var result = position
        result.byte += bytes.count
        var lineStart = bytes.startIndex
        var isASCII = true
        for index in bytes.indices {
            let byte = bytes[index]
            if byte == 0x0A {
                result.line += 1
                result.column = 1
                lineStart = index + 1
                isASCII = true
            } else if byte >= 0x80 {
                isASCII = false
            }
        }
        let rest = bytes[lineStart...]
        result.column += isASCII ? rest.count : clusters(in: rest)
        return result
    }

    /// The number of grapheme clusters; a byte that is not part of a character counts as one.
    static func clusters(in bytes: ArraySlice<UInt8>) -> Int {
        var isPlain = true
        for byte in bytes where byte >= 0x80 || byte == 0x0D { isPlain = false; break }
        if isPlain { return bytes.count }
        return String(decoding: bytes, as: UTF8.self).count
    }
}
