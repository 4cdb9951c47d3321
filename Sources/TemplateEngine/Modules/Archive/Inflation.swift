import CZlib

/// Undoes deflate, up to a size.
enum Inflation {
    private static let bufferSize = 256 << 10

    /// What is in a gzip file, all of its members.
    static func gunzip(_ bytes: [UInt8], sizeMax: Int) throws(TemplateArchiveError) -> [UInt8] {
        var result: [UInt8] = []
        var rest = bytes[...]
        repeat {
            let (part, used) = try inflate(rest, windowBits: 15 + 16, sizeMax: sizeMax - result.count)
            result += part
            rest = rest.dropFirst(used)
        } while rest.starts(with: [0x1F, 0x8B])
        return result
    }

    /// What is in a part of a zip, which must be of that size.
    static func inflateRaw(_ bytes: ArraySlice<UInt8>, size: Int) throws(TemplateArchiveError) -> [UInt8] {
        let (result, _) = try inflate(bytes, windowBits: -15, sizeMax: size)
        guard result.count == size else { throw TemplateArchiveError("it is not of the size that is said of it") }
        return result
    }

    private static func inflate(
        _ bytes: ArraySlice<UInt8>, windowBits: Int32, sizeMax: Int
    ) throws(TemplateArchiveError) -> (result: [UInt8], used: Int) {
        var input = Array(bytes)
        var buffer = [UInt8](repeating: 0, count: bufferSize)
        var result: [UInt8] = []
        var stream = z_stream()
        guard inflateInit2_(&stream, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw TemplateArchiveError("there is no memory to unpack it")
        }
        defer { inflateEnd(&stream) }
        return try input.withUnsafeMutableBufferPointer { input throws(TemplateArchiveError) in
            stream.next_in = input.baseAddress
            stream.avail_in = UInt32(clamping: input.count)
            while true {
                let status = buffer.withUnsafeMutableBufferPointer { buffer in
                    stream.next_out = buffer.baseAddress
                    stream.avail_out = UInt32(buffer.count)
                    return CZlib.inflate(&stream, Z_NO_FLUSH)
                }
                result += buffer[..<(bufferSize - Int(stream.avail_out))]
                guard result.count <= sizeMax else { throw TemplateArchiveError("it unpacks to more than \(sizeMax) bytes") }
                if status == Z_STREAM_END { return (result, input.count - Int(stream.avail_in)) }
                // Without progress the data ends too early.
                guard status == Z_OK, stream.avail_out < bufferSize else { throw TemplateArchiveError("it is damaged, or cut off") }
            }
        }
    }
}
