import HCL
import Glibc

/// Which texts the published provider takes for numbers and truth values; they are what Go's `strconv` takes.
enum GoNumber {
    /// A whole number: digits with a sign before them, within 64 bits.
    static func integer(_ text: String) -> Int? {
        // Swift reads the same grammar for base ten.
        Int(text)
    }

    /// Why a text is no whole number, as Go says it.
    static func integerFault(_ text: String) -> String {
        let digits = text.hasPrefix("-") || text.hasPrefix("+") ? text.dropFirst() : text[...]
        let isRange = !digits.isEmpty && digits.utf8.allSatisfy { (0x30...0x39).contains($0) }
        return "strconv.Atoi: parsing \(text.goQuoted): \(isRange ? "value out of range" : "invalid syntax")"
    }

    /// `1`, `t`, `true`, `True`, … and their opposites.
    static func isBool(_ text: String) -> Bool {
        ["1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False"].contains(text)
    }

    /// A number with or without fraction and exponent, also in hexadecimal, also infinite, that a double can hold.
    static func isFloat(_ text: String) -> Bool {
        var rest = Array(text.lowercased().utf8)[...]
        if let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { rest = rest.dropFirst() }
        if ["inf", "infinity"].contains(where: { rest.elementsEqual($0.utf8) }) { return true }
        // Not a number has no sign.
        if rest.elementsEqual("nan".utf8) { return rest.count == text.utf8.count }
        let form = rest.starts(with: "0x".utf8) ? hexadecimal : decimal
        guard form.matches(String(decoding: rest, as: UTF8.self)) else { return false }
        let bare = String(decoding: rest.filter { $0 != UInt8(ascii: "_") }, as: UTF8.self)
        return strtod(bare, nil).isFinite
    }

    // Underscores stand between digits, or between the prefix and a digit.
    private static let decimal = TextPattern(#"^([0-9]+(_[0-9]+)*\.?([0-9]+(_[0-9]+)*)?|\.[0-9]+(_[0-9]+)*)(e[+-]?[0-9]+(_[0-9]+)*)?$"#)
    private static let hexadecimal = TextPattern(
        #"^0x(_?[0-9a-f]+(_[0-9a-f]+)*\.?([0-9a-f]+(_[0-9a-f]+)*)?|\.[0-9a-f]+(_[0-9a-f]+)*)p[+-]?[0-9]+(_[0-9]+)*$"#)
}
