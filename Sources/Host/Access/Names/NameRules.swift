/// How names of users, workspaces, templates and the like may be written. The grammar is that of Coder, whose templates,
/// URLs and SSH host names depend on it.
package enum NameRules {
    /// Users, workspaces, templates and organizations: letters, digits and single hyphens inside; at most 32.
    package static func problem(_ name: String) -> String? {
        problem(name, lengthMax: 32, separators: "-", kind: "letters, digits and single hyphens between them")
    }

    /// Names of template versions: also single dots and underscores; at most 64.
    package static func versionProblem(_ name: String) -> String? {
        problem(
            name, lengthMax: 64, separators: "-._", kind: "letters, digits and single hyphens, dots or underscores between them")
    }

    /// Names of tokens: as those of versions.
    package static func tokenProblem(_ name: String) -> String? { versionProblem(name) }

    /// Names that are shown: no white space at the ends; at most 64.
    package static func displayProblem(_ name: String) -> String? {
        if name.isEmpty { return nil }
        guard name.unicodeScalars.count <= 64 else { return "must have at most 64 characters" }
        guard name.first?.isWhitespace == false, name.last?.isWhitespace == false else { return "must not begin or end with white space" }
        return name.unicodeScalars.contains { $0.properties.generalCategory == .control } ? "must not contain control characters" : nil
    }

    /// Addresses of mail: something, an at sign, a host; at most 254.
    package static func emailProblem(_ email: String) -> String? {
        let parts = email.split(separator: "@", omittingEmptySubsequences: false)
        let isForm = parts.count == 2 && parts.allSatisfy { !$0.isEmpty }
        guard isForm, email.utf8.count <= 254, !email.contains(where: { $0.isWhitespace || "<>()[]\\,;:\"".contains($0) }),
            !parts[1].hasPrefix("."), !parts[1].hasSuffix("."), !parts[1].contains("..")
        else { return "must be an address of mail, as ada@example.org" }
        return email.unicodeScalars.contains { $0.properties.generalCategory == .control } ? "must not contain control characters" : nil
    }

    /// Names that the web interface has pages for.
    private static let reserved: Set<String> = ["new", "create", "me"]

    private static func problem(
        _ name: String, lengthMax: Int, separators: String, kind: String
    ) -> String? {
        guard !name.isEmpty else { return "must not be empty" }
        guard name.utf8.count <= lengthMax else { return "must have at most \(lengthMax) characters" }
        var wasSeparator = true
        for byte in name.utf8 {
            let isSeparator = separators.utf8.contains(byte)
            guard isSeparator || isLetterOrDigit(byte), !(isSeparator && wasSeparator) else { return "must be \(kind)" }
            wasSeparator = isSeparator
        }
        guard !wasSeparator else { return "must be \(kind)" }
        return reserved.contains(name.lowercased()) ? "must not be \"\(name)\", which is reserved" : nil
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        default: false
        }
    }
}
