internal import CZlib

/// Compression to the format of gzip.
package enum Gzip {
    package static func compress(_ bytes: [UInt8]) throws(FunctionError) -> [UInt8] {
        // Neither a name nor a time, and an unknown system: the result depends on the content only.
        var result: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]
        if !bytes.isEmpty { result += try deflated(bytes) }
        if bytes.isEmpty { result += [0, 0, 0, 0xff, 0xff] }
        // The last block is an empty stored one, after the empty one with which a flush ends.
        result += [1, 0, 0, 0xff, 0xff]
        let checksum = UInt32(truncatingIfNeeded: crc32(0, bytes, UInt32(bytes.count)))
        for number in [checksum, UInt32(truncatingIfNeeded: bytes.count)] {
            result += (0..<4).map { UInt8(truncatingIfNeeded: number >> UInt32($0 * 8)) }
        }
        return result
    }

    /// Without a header or an end, flushed to a whole byte.
    private static func deflated(_ bytes: [UInt8]) throws(FunctionError) -> [UInt8] {
        let failure = FunctionError("failed to write gzip raw data")
        var stream = z_stream()
        let version = ZLIB_VERSION
        guard deflateInit2_(&stream, 6, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY, version, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { throw failure }
        defer { deflateEnd(&stream) }
        var result = [UInt8](repeating: 0, count: Int(deflateBound(&stream, UInt(bytes.count))) + 64)
        var input = bytes
        let status = input.withUnsafeMutableBufferPointer { source in
            result.withUnsafeMutableBufferPointer { target in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(target.count)
                return deflate(&stream, Z_SYNC_FLUSH)
            }
        }
        guard status == Z_OK, stream.avail_in == 0, stream.avail_out > 0 else { throw failure }
        return Array(result.prefix(result.count - Int(stream.avail_out)))
    }
}
