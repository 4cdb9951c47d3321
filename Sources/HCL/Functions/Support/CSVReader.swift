/// Reads records of comma-separated values, as RFC 4180 has them and Go reads them.
struct CSVReader {
    /// What is wrong, and in which line.
    struct Fault: Error {
        var line: Int
        var message: String
    }

    private let bytes: [UInt8]
    private var index = 0
    private var line = 0

    init(_ text: String) { bytes = Array(text.utf8) }

    /// The next record and the line where it begins; nil at the end. Empty lines are skipped.
    mutating func next() throws(Fault) -> (fields: [String], line: Int)? {
        var content = nextLine()
        while content?.isEmpty == true { content = nextLine() }
        guard let first = content else { return nil }
        let start = line
        var fields: [String] = []
        var rest = first.body
        var isOver = false
        while !isOver {
            if rest.first == UInt8(ascii: "\"") {
                rest = rest.dropFirst()
                fields.append(try quotedField(&rest, hasLineEnd: first.hasLineEnd, isOver: &isOver))
            } else {
                let field = rest.prefix { $0 != UInt8(ascii: ",") }
                if field.contains(UInt8(ascii: "\"")) { throw Fault(line: line, message: "bare \" in non-quoted-field") }
                fields.append(field.text)
                rest = rest.dropFirst(field.count)
                isOver = rest.isEmpty
                rest = rest.dropFirst()
            }
        }
        return (fields, start)
    }

    private struct Line {
        /// Without its end.
        var body: ArraySlice<UInt8>
        var hasLineEnd: Bool
        var isEmpty: Bool { body.isEmpty && hasLineEnd }
    }

    /// The next line; `\r\n` is read as `\n`.
    private mutating func nextLine() -> Line? {
        guard index < bytes.count else { return nil }
        line += 1
        let rest = bytes[index...]
        guard let end = rest.firstIndex(of: 0x0a) else {
            index = bytes.count
            return Line(body: rest.last == 0x0d ? rest.dropLast() : rest, hasLineEnd: false)
        }
        index = end + 1
        let body = rest[..<end]
        return Line(body: body.last == 0x0d ? body.dropLast() : body, hasLineEnd: true)
    }

    /// What stands between quotes, perhaps over several lines.
    private mutating func quotedField(_ rest: inout ArraySlice<UInt8>, hasLineEnd: Bool, isOver: inout Bool) throws(Fault) -> String {
        let quote = UInt8(ascii: "\"")
        var field: [UInt8] = []
        var hasLineEnd = hasLineEnd
        while true {
            if let end = rest.firstIndex(of: quote) {
                field += rest[..<end]
                rest = rest[(end + 1)...]
                switch rest.first {
                case quote:
                    field.append(quote)
                    rest = rest.dropFirst()
                case UInt8(ascii: ","):
                    rest = rest.dropFirst()
                    return field.text
                case nil:
                    isOver = true
                    return field.text
                default:
                    throw Fault(line: line, message: "extraneous or missing \" in quoted-field")
                }
                continue
            }
            field += rest
            if hasLineEnd { field.append(0x0a) }
            guard hasLineEnd, let next = nextLine() else {
                throw Fault(line: line, message: "extraneous or missing \" in quoted-field")
            }
            rest = next.body
            hasLineEnd = next.hasLineEnd
        }
    }
}
