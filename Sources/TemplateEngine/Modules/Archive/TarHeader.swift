/// One header block of a tar.
struct TarHeader {
    var path: String
    var linkPath: String
    var size: Int
    var mode: Int
    var kind: Character

    init(_ block: ArraySlice<UInt8>, isFirst: Bool) throws(TemplateArchiveError) {
        let bytes = Array(block)
        let damaged = TemplateArchiveError(isFirst ? "it is no tar, and no zip" : "the tar is damaged")
        // The sum counts its own field as blanks; some old programs added signed bytes.
        let sum = bytes.enumerated().reduce(0) { $0 + (148..<156 ~= $1.offset ? 0x20 : Int($1.element)) }
        let signedSum = bytes.enumerated().reduce(0) { $0 + (148..<156 ~= $1.offset ? 0x20 : Int(Int8(bitPattern: $1.element))) }
        guard let written = Self.number(bytes[148..<156]), written == sum || written == signedSum else { throw damaged }
        guard let size = Self.number(bytes[124..<136]), let mode = Self.number(bytes[100..<108]) else { throw damaged }
        let name = try Self.text(bytes[0..<100])
        // GNU's form has other things where ustar has the beginning of a long path.
        let hasPrefix = bytes[257..<263].elementsEqual("ustar\0".utf8)
        let prefix = hasPrefix ? try Self.text(bytes[345..<500]) : ""
        path = prefix.isEmpty ? name : prefix + "/" + name
        linkPath = try Self.text(bytes[157..<257])
        self.size = size
        self.mode = mode
        kind = Character(Unicode.Scalar(bytes[156]))
    }

    /// Octal digits, or binary if the first bit is set; nil if it is neither.
    private static func number(_ field: ArraySlice<UInt8>) -> Int? {
        if let first = field.first, first & 0x80 != 0 {
            guard first == 0x80 else { return nil }
            var result = 0
            for byte in field.dropFirst() {
                guard result <= Int.max >> 9 else { return nil }
                result = result << 8 | Int(byte)
            }
            return result
        }
        let digits = field.drop { $0 == 0x20 }.prefix { $0 != 0 && $0 != 0x20 }
        guard !digits.isEmpty else { return 0 }
        return Int(String(decoding: digits, as: UTF8.self), radix: 8).flatMap { $0 < 0 ? nil : $0 }
    }

    /// Up to the first NUL.
    static func text(_ field: ArraySlice<UInt8>) throws(TemplateArchiveError) -> String {
        let bytes = field.prefix { $0 != 0 }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw TemplateArchiveError("its path is not UTF-8", entry: String(decoding: bytes, as: UTF8.self))
        }
        return text
    }
}
