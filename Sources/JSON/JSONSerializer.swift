/// Writes values as text that is the same for equal values: names sorted, numbers in their shortest form.
struct JSONSerializer {
    private(set) var bytes: [UInt8] = []
    private let isPretty: Bool
    private var level = 0

    init(pretty: Bool) {
        isPretty = pretty
    }

    mutating func append(_ value: JSONValue) {
        switch value {
        case .null: write("null")
        case .bool(let value): write(value ? "true" : "false")
        case .integer(let value): append(digits: value.description)
        case .unsigned(let value): append(digits: value.description)
        // JSON cannot say these; null is what JavaScript writes, too.
        case .number(let value): append(digits: value.isFinite ? value.description : "null")
        case .string(let value): appendQuoted(value)
        case .array(let elements):
            appendContainer("[", "]", elements) { serializer, element in serializer.append(element) }
        case .object(let members):
            let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            appendContainer("{", "}", sorted) { serializer, member in
                serializer.appendQuoted(member.key)
                serializer.write(serializer.isPretty ? ": " : ":")
                serializer.append(member.value)
            }
        }
    }

    private mutating func appendContainer<Element>(
        _ open: StaticString, _ close: StaticString, _ elements: [Element], _ writeElement: (inout JSONSerializer, Element) -> Void
    ) {
        write(open)
        level += 1
        for (index, element) in elements.enumerated() {
            if index > 0 { write(",") }
            newline()
            writeElement(&self, element)
        }
        level -= 1
        if !elements.isEmpty { newline() }
        write(close)
    }

    private mutating func newline() {
        guard isPretty else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: 2 * level))
    }

    private mutating func write(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private mutating func append(digits text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func appendQuoted(_ text: String) {
        let hex = Array("0123456789abcdef".utf8)
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): write("\\\"")
            case UInt8(ascii: "\\"): write("\\\\")
            case 0x0A: write("\\n")
            case 0x0D: write("\\r")
            case 0x09: write("\\t")
            case 0x08: write("\\b")
            case 0x0C: write("\\f")
            case 0..<0x20, 0x7F:
                write("\\u00")
                bytes.append(hex[Int(byte >> 4)])
                bytes.append(hex[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }
}

extension JSONValue: CustomStringConvertible {
    /// The value as text, the same for equal values.
    ///
    /// Names are sorted by the bytes of their UTF-8, doubles have the fewest digits that read back as the same double. A double
    /// that is not finite, which no parser makes, is written as `null`.
    /// - Parameter pretty: one element a line, indented by two spaces; no line end behind the last.
    public func serialized(pretty: Bool = false) -> String {
        String(decoding: serializedBytes(pretty: pretty), as: UTF8.self)
    }

    /// The bytes of ``serialized(pretty:)``.
    public func serializedBytes(pretty: Bool = false) -> [UInt8] {
        var serializer = JSONSerializer(pretty: pretty)
        serializer.append(self)
        return serializer.bytes
    }

    /// The value as compact text.
    public var description: String { serialized() }
}
