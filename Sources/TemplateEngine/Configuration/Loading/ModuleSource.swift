import HCL

/// Where a module comes from, as far as the text of its `source` tells.
package enum ModuleSource {
    /// Whether a source is a path beside the calling module.
    package static func isLocal(_ source: String) -> Bool {
        source == "." || source == ".." || ["./", "../", ".\\", "..\\"].contains { source.hasPrefix($0) }
    }

    /// What is wrong with a source; nil if it could be found somewhere.
    static func problem(_ source: String, hasVersion: Bool) -> (summary: String, detail: String)? {
        if hasVersion, isLocal(source) {
            return (
                "Invalid registry module source address",
                """
                Failed to parse module registry address: can't use local directory \(source.goQuoted) as a module registry address.

                Terraform assumed that you intended a module registry source address because you also set the argument "version", which \
                applies only to registry modules.
                """
            )
        }
        if isLocal(source) || isRegistry(source) || isRemote(source) { return nil }
        if source.hasPrefix("/") { return nil }
        return (
            "Invalid module source address",
            """
            Terraform failed to determine your intended installation method for remote module package \(source.goQuoted).

            If you intended this as a path relative to the current module, use \("./\(source)".goQuoted) instead. The "./" prefix \
            indicates that the address is a relative filesystem path.
            """
        )
    }

    /// `[host/]namespace/name/system[//directory]`
    package static func isRegistry(_ source: String) -> Bool {
        let parts = path(of: source).split(separator: "/", omittingEmptySubsequences: false)
        guard (3...4).contains(parts.count), !source.contains(":") || parts.count == 4 else { return false }
        let names = parts.suffix(3)
        let isPlain = names.allSatisfy { name in !name.isEmpty && name.unicodeScalars.allSatisfy(isNamePart) }
        return isPlain && (parts.count == 3 ? !isKnownHost(String(parts[0])) : parts[0].contains(".") && !isKnownHost(String(parts[0])))
    }

    private static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "-" || scalar == "_" || (scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil))
    }

    private static func isKnownHost(_ host: String) -> Bool { host == "github.com" || host == "bitbucket.org" || host == "gitlab.com" }

    /// The source without the directory inside of a package.
    private static func path(of source: String) -> String {
        let text = Array(source.utf8)
        for index in text.indices.dropLast() where text[index] == UInt8(ascii: "/") && text[index + 1] == UInt8(ascii: "/") {
            if index > 0, text[index - 1] == UInt8(ascii: ":") { continue }
            return String(decoding: text[..<index], as: UTF8.self)
        }
        return source
    }

    /// A URL, or one of the short forms for hosts that everybody knows.
    private static func isRemote(_ source: String) -> Bool {
        source.contains("://") || source.contains("::") || source.hasPrefix("github.com/") || source.hasPrefix("bitbucket.org/")
            || source.hasPrefix("gitlab.com/") || (source.contains("@") && source.contains(":"))
            || source.contains(".amazonaws.com/") || source.contains(".googleapis.com/")
    }
}
