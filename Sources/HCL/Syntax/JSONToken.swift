/// A token of HCL's JSON.
struct JSONToken {
    enum Kind {
        case openBrace, closeBrace, openBracket, closeBracket, comma, colon, equals
        case word, string, number
        case invalid, endOfFile
    }

    var kind: Kind
    var text: ArraySlice<UInt8>
    var range: SourceRange
}

/// Cuts JSON into tokens, generously: what a token really says is for the parser to judge.
struct JSONTokenScanner {
    private let bytes: [UInt8]
    private let file: String
    private var offset = 0
    private var position = SourcePosition.start
    private var tokens: [JSONToken] = []

    static func scan(_ bytes: [UInt8], file: String) -> [JSONToken] {
        var scanner = JSONTokenScanner(bytes: bytes, file: file)
        while scanner.scanNext() {}
        return scanner.tokens
    }

    private init(bytes: [UInt8], file: String) {
        self.bytes = bytes
        self.file = file
    }

    private mutating func emit(_ kind: JSONToken.Kind, to end: Int, columns: Int) {
        var next = position
        next.byte += end - offset
        next.column += columns
        tokens.append(
            JSONToken(kind: kind, text: bytes[offset..<end], range: SourceRange(file: file, start: position, end: next)))
        offset = end
        position = next
    }

    private mutating func scanNext() -> Bool {
        skipBlanks()
        guard offset < bytes.count, tokens.count < SyntaxLimits.tokensMax else {
            emit(.endOfFile, to: offset, columns: 0)
            return false
        }
        let kind: JSONToken.Kind
        switch bytes[offset] {
        case UInt8(ascii: "{"): kind = .openBrace
        case UInt8(ascii: "}"): kind = .closeBrace
        case UInt8(ascii: "["): kind = .openBracket
        case UInt8(ascii: "]"): kind = .closeBracket
        case UInt8(ascii: ","): kind = .comma
        case UInt8(ascii: ":"): kind = .colon
        case UInt8(ascii: "="): kind = .equals
        case UInt8(ascii: "\""):
            scanString()
            return true
        case let first where Self.isNumeric(first) && first | 0x20 != UInt8(ascii: "e"):
            let end = bytes[offset...].firstIndex { !Self.isNumeric($0) } ?? bytes.count
            emit(.number, to: end, columns: end - offset)
            return true
        case let first where Self.isLetter(first):
            let end = bytes[offset...].firstIndex { !Self.isLetter($0) && $0 != UInt8(ascii: "_") } ?? bytes.count
            emit(.word, to: end, columns: end - offset)
            return true
        default:
            // The parser will not get beyond this.
            emit(.invalid, to: offset + 1, columns: 1)
            emit(.endOfFile, to: offset, columns: 0)
            return false
        }
        emit(kind, to: offset + 1, columns: 1)
        return true
    }

    private static func isNumeric(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"),
            UInt8(ascii: "E"):
            true
        default: false
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z") }

    private mutating func skipBlanks() {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20: position.column += 1
            case 0x0A:
                position.column = 1
                position.line += 1
            case 0x0D: break
            // A tab counts for two, as in HCL.
            case 0x09: position.column += 2
            default: return
            }
            position.byte += 1
            offset += 1
        }
    }

    private mutating func scanString() {
        var end = offset + 1
        var isEscaped = false
        while end < bytes.count, bytes[end] >= 0x20 {
            let byte = bytes[end]
            end += 1
            if byte == UInt8(ascii: "\""), !isEscaped { break }
            isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
        }
        emit(.string, to: end, columns: Columns.clusters(in: bytes[offset..<end]))
    }
}
