/// A verb in a format string, as `%-10.2f` or `%[2]s`.
struct FormatVerb {
    /// As written.
    var text: String
    /// In bytes.
    var offset: Int
    /// Counted from one.
    var argument: Int
    var mode: Unicode.Scalar
    var isSharp = false
    var isPlus = false
    var isMinus = false
    var isSpace = false
    var isZero = false
    var width: Int?
    var precision: Int?
}

/// A part of a format string.
enum FormatPart {
    case literal([UInt8])
    case verb(FormatVerb)
}

/// Takes format strings apart, one part after the other.
struct FormatScanner {
    /// Wider fields and more digits are refused.
    static let numberMax = 1 << 16

    private let bytes: [UInt8]
    private var index = 0
    /// Which argument a verb without a number is for.
    private var nextArgument = 1

    init(_ format: String) { bytes = Array(format.utf8) }

    private var byte: UInt8? { index < bytes.count ? bytes[index] : nil }

    /// The next part; nil at the end.
    mutating func next() throws(FunctionError) -> FormatPart? {
        let percent = UInt8(ascii: "%")
        guard let first = byte else { return nil }
        if first != percent {
            let end = bytes[index...].firstIndex(of: percent) ?? bytes.count
            defer { index = end }
            return .literal(Array(bytes[index..<end]))
        }
        let start = index
        index += 1
        if byte == percent {
            index += 1
            return .literal([percent])
        }
        var verb = FormatVerb(text: "", offset: start, argument: nextArgument, mode: "v")
        scanFlags(&verb)
        if let byte, (0x31...0x39).contains(byte) { verb.width = try number() }
        if byte == UInt8(ascii: ".") {
            index += 1
            verb.precision = try number()
        }
        if byte == UInt8(ascii: "[") {
            index += 1
            guard let byte, (0x31...0x39).contains(byte) else { throw unexpected() }
            verb.argument = try number()
            guard self.byte == UInt8(ascii: "]") else { throw unexpected() }
            index += 1
        }
        guard let mode = byte, (0x61...0x7a).contains(mode) || (0x41...0x5a).contains(mode) else { throw unexpected() }
        index += 1
        verb.mode = Unicode.Scalar(mode)
        verb.text = bytes[start..<index].text
        nextArgument = verb.argument + 1
        return .verb(verb)
    }

    private mutating func scanFlags(_ verb: inout FormatVerb) {
        while let byte {
            switch Unicode.Scalar(byte) {
            case "0": verb.isZero = true
            case "#": verb.isSharp = true
            case "-": verb.isMinus = true
            case "+": verb.isPlus = true
            case " ": verb.isSpace = true
            default: return
            }
            index += 1
        }
    }

    private mutating func number() throws(FunctionError) -> Int {
        let start = index
        var result = 0
        while let byte, (0x30...0x39).contains(byte) {
            result = result * 10 + Int(byte) - 0x30
            guard result <= Self.numberMax else { throw FunctionError("number too large in format string at offset \(start)") }
            index += 1
        }
        return result
    }

    private func unexpected() -> FunctionError {
        guard index < bytes.count else { return FunctionError("invalid format string starting at offset \(index)") }
        let scalar = bytes[index...].text.unicodeScalars.first ?? "\u{fffd}"
        return FunctionError("unrecognized format character \(GoText.quoted(scalar)) at offset \(index)")
    }
}
