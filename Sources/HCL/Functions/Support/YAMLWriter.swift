/// Writes values as YAML, in the style of libyaml's emitter: block collections, strings in double quotes or as literal blocks.
struct YAMLWriter {
    private static let indentStep = 2
    /// Where a string in quotes is broken, at the next space.
    private static let widthBest = 80
    /// Longer keys get a line of their own.
    private static let simpleKeyMax = 128

    private var result: [Unicode.Scalar] = []
    private var column = 0
    /// Less than zero outside of everything.
    private var indent = -1
    /// Whether a space was written last, or nothing in this line.
    private var isAfterSpace = true
    /// Whether there is nothing but indentation and indicators in this line.
    private var isIndentation = true

    static func text(of value: Value) -> String {
        var writer = YAMLWriter()
        writer.write(value, inMapping: false)
        writer.writeIndent()
        // A plain scalar alone might go on in the next line, were its end not marked.
        if value.isNull || value.type == .number || value.type == .bool { writer.result += "...\n".unicodeScalars }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: writer.result)
        return String(view)
    }

    private mutating func put(_ scalar: Unicode.Scalar) {
        result.append(scalar)
        column = scalar == "\n" ? 0 : column + 1
    }

    private mutating func put(_ text: String) { for scalar in text.unicodeScalars { put(scalar) } }

    /// Begins a line, unless that is where we are.
    private mutating func writeIndent() {
        let target = max(indent, 0)
        if !isIndentation || column > target || (column == target && !isAfterSpace) { put("\n") }
        while column < target { put(" ") }
        isAfterSpace = true
        isIndentation = true
    }

    private mutating func indicator(_ text: String, needsSpace: Bool = true, isIndentation keepsIndentation: Bool = false) {
        if needsSpace, !isAfterSpace { put(" ") }
        put(text)
        isAfterSpace = false
        isIndentation = isIndentation && keepsIndentation
    }

    private mutating func indented(isScalar: Bool = false, isSame: Bool = false, _ body: (inout YAMLWriter) -> Void) {
        let outer = indent
        if indent < 0 { indent = isScalar ? Self.indentStep : 0 } else if !isSame { indent += Self.indentStep }
        body(&self)
        indent = outer
    }

    private mutating func write(_ value: Value, inMapping: Bool) {
        switch value.content {
        case .elements(let elements): sequence(elements, inMapping: inMapping)
        case .members: mapping(value.sortedMembers)
        case .string(let text): indented(isScalar: true) { $0.string(text, isSimpleKey: false) }
        case .number(let number): plain(number.text)
        case .bool(let bool): plain(bool ? "true" : "false")
        case .null, .unknown: plain("null")
        }
    }

    private mutating func plain(_ text: String) {
        if !isAfterSpace { put(" ") }
        put(text)
        isAfterSpace = false
        isIndentation = false
    }

    private mutating func sequence(_ elements: [Value], inMapping: Bool) {
        if elements.isEmpty { return indicator("[]") }
        indented(isSame: inMapping && !isIndentation) { writer in
            for element in elements {
                writer.writeIndent()
                writer.indicator("-", isIndentation: true)
                writer.write(element, inMapping: false)
            }
        }
    }

    private mutating func mapping(_ members: [(String, Value)]) {
        if members.isEmpty { return indicator("{}") }
        indented { writer in
            for (key, value) in members {
                writer.writeIndent()
                if key.utf8.count <= Self.simpleKeyMax, !key.unicodeScalars.contains(where: Self.isBreak) {
                    writer.indented(isScalar: true) { $0.string(key, isSimpleKey: true) }
                    writer.indicator(":", needsSpace: false)
                } else {
                    writer.indicator("?", isIndentation: true)
                    writer.write(.string(key), inMapping: true)
                    writer.writeIndent()
                    writer.indicator(":", isIndentation: true)
                }
                writer.write(value, inMapping: true)
            }
        }
    }

    private mutating func string(_ text: String, isSimpleKey: Bool) {
        let scalars = Array(text.unicodeScalars)
        if !isSimpleKey, scalars.contains("\n"), Self.allowsBlock(scalars) { return literal(scalars) }
        quoted(scalars, allowsBreaks: !isSimpleKey)
    }

    private mutating func literal(_ scalars: [Unicode.Scalar]) {
        indicator("|")
        if scalars[0] == " " || Self.isBreak(scalars[0]) { indicator(String(Self.indentStep), needsSpace: false) }
        // What becomes of the line ends at the end: none is there, or all are kept, or one.
        if !Self.isBreak(scalars[scalars.count - 1]) {
            indicator("-", needsSpace: false)
        } else if scalars.count == 1 || Self.isBreak(scalars[scalars.count - 2]) {
            indicator("+", needsSpace: false)
        }
        put("\n")
        isIndentation = true
        isAfterSpace = true
        var isLineStart = true
        for scalar in scalars {
            if Self.isBreak(scalar) {
                put(scalar)
                isIndentation = true
            } else {
                if isLineStart { writeIndent() }
                put(scalar)
                isIndentation = false
            }
            isLineStart = Self.isBreak(scalar)
        }
    }

    private mutating func quoted(_ scalars: [Unicode.Scalar], allowsBreaks: Bool) {
        indicator("\"")
        var isAfterBlank = false
        for (index, scalar) in scalars.enumerated() {
            if scalar == "\"" || scalar == "\\" || Self.isBreak(scalar) || !Self.isPrinted(scalar) {
                put(Self.escape(scalar))
                isAfterBlank = false
            } else if scalar == " " {
                let isInside = index > 0 && index < scalars.count - 1
                if allowsBreaks, !isAfterBlank, column > Self.widthBest, isInside {
                    writeIndent()
                    if scalars[index + 1] == " " { put("\\") }
                } else {
                    put(scalar)
                }
                isAfterBlank = true
            } else {
                put(scalar)
                isAfterBlank = false
            }
        }
        put("\"")
        isAfterSpace = false
        isIndentation = false
    }

    /// Whether a literal block can hold the text: nothing needs an escape, and no line ends with a space.
    private static func allowsBlock(_ scalars: [Unicode.Scalar]) -> Bool {
        if scalars.last == " " { return false }
        for (index, scalar) in scalars.enumerated() {
            if !isPrinted(scalar) { return false }
            if isBreak(scalar), index > 0, scalars[index - 1] == " " { return false }
        }
        return true
    }

    private static func isBreak(_ scalar: Unicode.Scalar) -> Bool {
        ["\n", "\r", "\u{85}", "\u{2028}", "\u{2029}"].contains(scalar)
    }

    /// Characters beyond the basic plane are not, whatever they are.
    private static func isPrinted(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x0a, 0x20...0x7e: true
        case 0xa0...0xd7ff, 0xe000...0xfefe, 0xff00...0xfffd: true
        default: false
        }
    }

    private static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar.value {
        case 0x00: "\\0"
        case 0x07: "\\a"
        case 0x08: "\\b"
        case 0x09: "\\t"
        case 0x0a: "\\n"
        case 0x0b: "\\v"
        case 0x0c: "\\f"
        case 0x0d: "\\r"
        case 0x1b: "\\e"
        case 0x22: "\\\""
        case 0x5c: "\\\\"
        case 0x85: "\\N"
        case 0xa0: "\\_"
        case 0x2028: "\\L"
        case 0x2029: "\\P"
        case ...0xff: "\\x" + scalar.hexadecimal(2).uppercased()
        case ...0xffff: "\\u" + scalar.hexadecimal(4).uppercased()
        default: "\\U" + scalar.hexadecimal(8).uppercased()
        }
    }
}
