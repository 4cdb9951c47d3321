internal import CRE2

/// A compiled expression of RE2, with the syntax Go accepts.
package final class RegularExpression: Sendable {
    /// What is wrong with a pattern.
    package struct Fault: Error, Hashable {
        /// As Go says it: `missing closing )`.
        package var reason: String
        /// The part of the pattern at fault.
        package var part: String
    }

    /// A match: the spans of the whole and of the groups, as offsets in bytes; nil for groups that took no part.
    typealias Match = [Range<Int>?]

    /// How much memory an expression may use.
    private static let memoryMax: Int64 = 8 << 20

    // Safe to share: immutable after its initialization, and RE2 allows searches from several threads at once.
    private nonisolated(unsafe) let expression: OpaquePointer
    let groupCount: Int
    /// Names by group, the first group first; nil for those without.
    let groupNames: [String?]

    package init(_ source: String) throws(Fault) {
        var pattern = try Self.adapted(source)
        let compiled = pattern.withUTF8 { bytes in
            bytes.withMemoryRebound(to: CChar.self) { cre2_compile($0.baseAddress ?? Self.empty, $0.count, Self.memoryMax) }
        }
        guard let compiled else { throw Fault(reason: "internal error", part: pattern) }
        let code = cre2_error_code(compiled)
        guard code == CRE2_OK else {
            var length = 0
            let start = cre2_error_argument(compiled, &length)
            let part = UnsafeBufferPointer(start: start, count: start == nil ? 0 : length).map { UInt8(bitPattern: $0) }.text
            cre2_delete(compiled)
            // The part as it was before it was adapted.
            let isAdapted = part.hasPrefix("(?P<") && ByteText.firstRange(of: Array(part.utf8), in: Array(source.utf8)[...]) == nil
            throw Fault(reason: Self.reason(code), part: isAdapted ? "(?<" + part.dropFirst(4) : part)
        }
        expression = compiled
        groupCount = Int(cre2_group_count(compiled))
        groupNames = (0..<groupCount).map { group in
            cre2_group_name(compiled, Int32(group + 1)).map { String(cString: $0) }
        }
    }

    deinit { cre2_delete(expression) }

    /// Whether it matches anywhere in a text.
    package func matches(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { firstMatch(in: $0) != nil }
    }

    /// The leftmost match that begins at a byte or after it.
    func firstMatch(in text: UnsafeBufferPointer<UInt8>, from start: Int = 0) -> Match? {
        var spans = [cre2_span](repeating: cre2_span(start: -1, end: -1), count: groupCount + 1)
        let found = text.withMemoryRebound(to: CChar.self) { characters in
            cre2_search(expression, characters.baseAddress ?? Self.empty, characters.count, start, &spans, Int32(spans.count))
        }
        return found ? spans.map { $0.start < 0 ? nil : $0.start..<$0.end } : nil
    }

    // Safe to share: never written after its initialization.
    private nonisolated(unsafe) static let empty: UnsafePointer<CChar> = {
        let byte = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
        byte.initialize(to: 0)
        return UnsafePointer(byte)
    }()

    private static func reason(_ code: cre2_error) -> String {
        switch code {
        case CRE2_BAD_ESCAPE: "invalid escape sequence"
        case CRE2_BAD_CHAR_CLASS: "invalid character class"
        case CRE2_BAD_CHAR_RANGE: "invalid character class range"
        case CRE2_MISSING_BRACKET: "missing closing ]"
        case CRE2_MISSING_PAREN: "missing closing )"
        case CRE2_UNEXPECTED_PAREN: "unexpected )"
        case CRE2_TRAILING_BACKSLASH: "trailing backslash at end of expression"
        case CRE2_REPEAT_ARGUMENT: "missing argument to repetition operator"
        case CRE2_REPEAT_SIZE: "invalid repeat count"
        case CRE2_REPEAT_OP: "invalid nested repetition operator"
        case CRE2_BAD_PERL_OP: "invalid or unsupported Perl syntax"
        case CRE2_BAD_UTF8: "invalid UTF-8"
        case CRE2_BAD_NAMED_CAPTURE: "invalid named capture"
        case CRE2_PATTERN_TOO_LARGE: "expression too large"
        default: "internal error"
        }
    }

    /// A pattern with `(?<name>` as `(?P<name>`, which older versions of RE2 want; refuses `\C`, which Go does.
    private static func adapted(_ pattern: String) throws(Fault) -> String {
        var result: [UInt8] = []
        let bytes = Array(pattern.utf8)
        var isClass = false
        var index = 0
        func follows(_ text: StaticString, at index: Int) -> Bool {
            text.withUTF8Buffer { bytes.dropFirst(index).starts(with: $0) }
        }
        while index < bytes.count {
            let byte = bytes[index]
            if byte == UInt8(ascii: "\\"), index + 1 < bytes.count {
                if follows("\\Q", at: index), !isClass {
                    let start = index
                    while index < bytes.count, !follows("\\E", at: index) { index += 1 }
                    result += bytes[start..<index]
                    continue
                }
                if follows("\\C", at: index), !isClass { throw Fault(reason: "invalid escape sequence", part: "\\C") }
                result += bytes[index..<index + 2]
                index += 2
                continue
            }
            if isClass {
                isClass = byte != UInt8(ascii: "]")
                if follows("[:", at: index) {
                    // A named class inside; its bracket is not ours.
                    result += bytes[index..<index + 2]
                    index += 2
                    while index < bytes.count, !follows(":]", at: index) {
                        result.append(bytes[index])
                        index += 1
                    }
                    if index < bytes.count {
                        result += bytes[index..<index + 2]
                        index += 2
                    }
                    isClass = true
                    continue
                }
            } else if byte == UInt8(ascii: "[") {
                isClass = true
                result.append(byte)
                index += 1
                if index < bytes.count, bytes[index] == UInt8(ascii: "^") {
                    result.append(bytes[index])
                    index += 1
                }
                if index < bytes.count, bytes[index] == UInt8(ascii: "]") {
                    result.append(bytes[index])
                    index += 1
                }
                continue
            } else if follows("(?<", at: index) {
                result += Array("(?P<".utf8)
                index += 3
                continue
            }
            result.append(byte)
            index += 1
        }
        return result.text
    }
}
