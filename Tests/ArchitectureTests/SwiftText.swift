/// A Swift file, of which it is known what is code, what is comment and what is text in quotes.
///
/// A rule that forbids a word in code must not stumble over a comment that explains why it is forbidden.
struct SwiftText: Sendable {
    /// What a byte belongs to.
    enum Part: Hashable {
        case code, comment, literal
    }

    private let bytes: [UInt8]
    private var parts: [Part]

    init(_ text: String) {
        bytes = Array(text.utf8)
        parts = Array(repeating: .code, count: bytes.count)
        scan()
    }

    /// The lines, with everything that does not belong to `kept` replaced by blanks.
    func lines(_ kept: Set<Part>) -> [String] {
        let shown = zip(bytes, parts).map { byte, part in kept.contains(part) || byte == Self.newline ? byte : UInt8(ascii: " ") }
        return shown.split(separator: Self.newline, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    }

    private static let newline = UInt8(ascii: "\n")
    private static let quote = UInt8(ascii: "\"")
    private static let hash = UInt8(ascii: "#")
    private static let slash = UInt8(ascii: "/")
    private static let star = UInt8(ascii: "*")
    private static let backslash = UInt8(ascii: "\\")

    private func isAt(_ index: Int, _ wanted: [UInt8]) -> Bool {
        index + wanted.count <= bytes.count && wanted.indices.allSatisfy { bytes[index + $0] == wanted[$0] }
    }

    private mutating func mark(_ range: Range<Int>, _ part: Part) {
        for index in range where index < parts.count { parts[index] = part }
    }

    private mutating func scan() {
        var index = 0
        while index < bytes.count {
            let end: Int
            switch bytes[index] {
            case Self.slash where isAt(index, [Self.slash, Self.slash]):
                end = bytes[index...].firstIndex(of: Self.newline) ?? bytes.count
                mark(index..<end, .comment)
            case Self.slash where isAt(index, [Self.slash, Self.star]):
                end = endOfBlock(index)
                mark(index..<end, .comment)
            case Self.quote, Self.hash:
                end = endOfLiteral(index) ?? index + 1
                if end > index + 1 { mark(index..<end, .literal) }
            default: end = index + 1
            }
            index = end
        }
    }

    /// Block comments nest.
    private func endOfBlock(_ start: Int) -> Int {
        var index = start + 2
        var depth = 1
        while index < bytes.count, depth > 0 {
            if isAt(index, [Self.slash, Self.star]) {
                depth += 1
                index += 2
            } else if isAt(index, [Self.star, Self.slash]) {
                depth -= 1
                index += 2
            } else {
                index += 1
            }
        }
        return index
    }

    /// Where the literal that begins here ends; nil if none begins. What is interpolated counts as part of it.
    private func endOfLiteral(_ start: Int) -> Int? {
        var hashes = 0
        while isAt(start + hashes, [Self.hash]) { hashes += 1 }
        guard isAt(start + hashes, [Self.quote]) else { return nil }
        let isLong = isAt(start + hashes, [Self.quote, Self.quote, Self.quote])
        let quotes = Array(repeating: Self.quote, count: isLong ? 3 : 1)
        let fence = Array(repeating: Self.hash, count: hashes)
        let close = quotes + fence
        let escape = [Self.backslash] + fence
        var index = start + hashes + quotes.count
        while index < bytes.count {
            if isAt(index, close) { return index + quotes.count + hashes }
            if isAt(index, escape) {
                let next = index + 1 + hashes
                index = isAt(next, [UInt8(ascii: "(")]) ? endOfInterpolation(next) : next + 1
            } else if bytes[index] == Self.newline, !isLong {
                return index  // does not compile; the rest of the file is still read
            } else {
                index += 1
            }
        }
        return bytes.count
    }

    private func endOfInterpolation(_ start: Int) -> Int {
        var index = start + 1
        var depth = 1
        while index < bytes.count, depth > 0 {
            switch bytes[index] {
            case UInt8(ascii: "("): depth += 1
            case UInt8(ascii: ")"): depth -= 1
            case Self.quote, Self.hash:
                if let end = endOfLiteral(index) {
                    index = end
                    continue
                }
            default: break
            }
            index += 1
        }
        return index
    }
}
