/// Which names can be used where.
enum GraphNames {
    /// Words of letters and digits joined by single hyphens, in either case: `main`, `gpu-2`.
    static func isAgentName(_ name: String) -> Bool {
        isHyphenated(name, allowingUpperCase: true)
    }

    /// Words of lower-case letters and digits joined by single hyphens: `code-server`.
    static func isAppSlug(_ slug: String) -> Bool {
        isHyphenated(slug, allowingUpperCase: false)
    }

    /// Letters, digits and underscores, not beginning with a digit.
    static func isEnvironmentName(_ name: String) -> Bool {
        guard let first = name.utf8.first, !isDigit(first) else { return false }
        return name.utf8.allSatisfy { isDigit($0) || isLower($0 | 0x20) || $0 == UInt8(ascii: "_") }
    }

    /// ASCII lower case, for comparing names of agents, which are ASCII.
    static func folded(_ name: String) -> String {
        String(decoding: name.utf8.map { 0x41...0x5A ~= $0 ? $0 | 0x20 : $0 }, as: UTF8.self)
    }

    /// True for text with a control character, which would break logs and terminals.
    static func hasControlCharacter(_ text: String) -> Bool {
        text.unicodeScalars.contains { $0.value < 0x20 || 0x7F...0x9F ~= $0.value }
    }

    private static func isHyphenated(_ name: String, allowingUpperCase: Bool) -> Bool {
        // As if a hyphen stood before: that makes a leading one a double one.
        var previousIsHyphen = true
        for byte in name.utf8 {
            if byte == UInt8(ascii: "-") {
                guard !previousIsHyphen else { return false }
                previousIsHyphen = true
            } else {
                guard isDigit(byte) || isLower(byte) || (allowingUpperCase && 0x41...0x5A ~= byte) else { return false }
                previousIsHyphen = false
            }
        }
        return !previousIsHyphen
    }

    private static func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }

    private static func isLower(_ byte: UInt8) -> Bool { 0x61...0x7A ~= byte }
}
