import HCL

/// A part of a JSON text, as it is written: so that what is only carried along, numbers above all, stays byte for byte.
///
/// The text it is cut from has been parsed before; nothing here judges syntax.
struct RawJSON {
    /// Without space around it.
    var bytes: ArraySlice<UInt8>

    /// - Throws: if the text is not JSON.
    init(validating text: String) throws(JSONDecodingError) {
        _ = try JSONText.parse(text, depthMax: RawJSON.depthMax)
        self.init(ArraySlice(text.utf8))
    }

    private init(_ bytes: ArraySlice<UInt8>) {
        let start = bytes.firstIndex { !RawJSON.isSpace($0) } ?? bytes.endIndex
        let end = bytes.lastIndex { !RawJSON.isSpace($0) }.map { $0 + 1 } ?? start
        self.bytes = bytes[start..<end]
    }

    /// A type is written twice as deep as the values it describes.
    static let depthMax = 3_000

    var text: String { String(decoding: bytes, as: UTF8.self) }
    var isObject: Bool { bytes.first == UInt8(ascii: "{") }
    var isArray: Bool { bytes.first == UInt8(ascii: "[") }
    var isString: Bool { bytes.first == UInt8(ascii: "\"") }
    var isNumber: Bool { bytes.first.map { $0 == UInt8(ascii: "-") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false }
    var isNull: Bool { bytes.first == UInt8(ascii: "n") }

    /// The same without space between its tokens.
    var compact: String {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var scan = JSONScan()
        for byte in bytes {
            scan.pass(byte)
            if scan.isInString || !RawJSON.isSpace(byte) { result.append(byte) }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The elements of an array.
    var items: [RawJSON] { parts(of: bytes.dropFirst().dropLast(), between: UInt8(ascii: ",")).map { RawJSON($0) } }

    /// The members of an object, in order; names are still quoted.
    var members: [(name: RawJSON, value: RawJSON)] {
        parts(of: bytes.dropFirst().dropLast(), between: UInt8(ascii: ",")).compactMap { member in
            var scan = JSONScan()
            let colon = member.firstIndex { byte in
                scan.pass(byte)
                return byte == UInt8(ascii: ":") && !scan.isInString
            }
            guard let colon else { return nil }
            return (RawJSON(member[..<colon]), RawJSON(member[(colon + 1)...]))
        }
    }

    private func parts(of content: ArraySlice<UInt8>, between separator: UInt8) -> [ArraySlice<UInt8>] {
        if content.allSatisfy(RawJSON.isSpace) { return [] }
        var parts: [ArraySlice<UInt8>] = []
        var scan = JSONScan()
        var start = content.startIndex
        // Without checks of bounds: every byte of a state passes here once for each level that it is in.
        content.withUnsafeBufferPointer { buffer in
            for (offset, byte) in buffer.enumerated() {
                scan.pass(byte)
                if byte == separator, scan.depth == 0, !scan.isInString {
                    let index = content.startIndex + offset
                    parts.append(content[start..<index])
                    start = index + 1
                }
            }
        }
        parts.append(content[start...])
        return parts
    }

    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D }
}

/// Where in a JSON text one is, after reading it byte by byte.
struct JSONScan {
    private(set) var depth = 0
    /// True from the quote at the beginning of a string to the one at its end, which is outside.
    private(set) var isInString = false
    private var isEscaped = false

    mutating func pass(_ byte: UInt8) {
        if isInString {
            if isEscaped {
                isEscaped = false
            } else if byte == UInt8(ascii: "\\") {
                isEscaped = true
            } else if byte == UInt8(ascii: "\"") {
                isInString = false
            }
            return
        }
        switch byte {
        case UInt8(ascii: "\""): isInString = true
        case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
        case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
        default: break
        }
    }
}
