import HCL

/// Where a module comes from, as far as the text of its `source` tells.
package enum ModuleSource {
    /// Whether a source is a path beside the calling module.
    package static func isLocal(_ source: String) -> Bool {
        source == "." || source == ".." || ["./", "../", ".\\", "..\\"].contains { source.hasPrefix($0) }
    }

    /// Whether a source is `[host/]namespace/name/system[//directory]`.
    package static func isRegistry(_ source: String) -> Bool { !isLocal(source) && registryProblem(source) == nil }

    /// A diagnostic in the making.
    struct Problem {
        var summary: String
        var detail: String
    }

    /// What is wrong with a source; nil if it could be found somewhere.
    static func problem(_ source: String, hasVersion: Bool) -> Problem? {
        let problem = directoryProblem(source)
        if hasVersion {
            let reason =
                isLocal(source)
                ? "can't use local directory \(source.goQuoted) as a module registry address" : problem ?? registryProblem(source)
            guard let reason else { return nil }
            return Problem(
                summary: "Invalid registry module source address",
                detail: """
                    Failed to parse module registry address: \(reason).

                    Terraform assumed that you intended a module registry source address because you also set the argument "version", \
                    which applies only to registry modules.
                    """)
        }
        if isLocal(source) { return nil }
        if let problem = source.isEmpty ? "invalid source address: " : problem {
            return Problem(
                summary: "Invalid module source address", detail: "Failed to parse module source address: \(problem).")
        }
        return registryProblem(source) == nil ? nil : remoteProblem(source)
    }

    private static func remoteProblem(_ source: String) -> Problem? {
        // A way to fetch may be forced, which says nothing of where from.
        let package = source.split(separator: "::", maxSplits: 1).last.map { String($0) } ?? source
        let hosts = ["github.com/", "bitbucket.org/", "gitlab.com/"]
        let isRemote =
            package.contains("://") || package.hasPrefix("/") || hosts.contains { package.hasPrefix($0) }
            || (package.contains("@") && package.contains(":")) || package.contains(".amazonaws.com/")
            || package.contains(".googleapis.com/")
        if isRemote { return nil }
        return Problem(
            summary: "Invalid module source address",
            detail: """
                Terraform failed to determine your intended installation method for remote module package \(package.goQuoted).

                If you intended this as a path relative to the current module, use \("./\(package)".goQuoted) instead. The "./" prefix \
                indicates that the address is a relative filesystem path.
                """)
    }

    /// Why a source names no module of a registry; nil if it does.
    private static func registryProblem(_ source: String) -> String? {
        var parts = package(of: source).split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
        guard parts.count == 3 || parts.count == 4 else {
            return "a module registry source address must have either three or four slash-separated components"
        }
        if parts.count == 4 {
            let host = parts.removeFirst()
            if ["github.com", "bitbucket.org", "gitlab.com"].contains(host) {
                return "can't use \(host.goQuoted) as a module registry host, because it's reserved for installing directly from version "
                    + "control repositories"
            }
            if !host.contains(".") || host.contains(where: { $0 == " " || $0 == "@" }) { return "invalid module registry hostname" }
        }
        let rule = """
            must be between one and 64 characters, including ASCII letters, digits, dashes, and underscores, where dashes and underscores \
            may not be the prefix or suffix
            """
        if !isName(parts[0]) {
            if parts[0].contains(".") {
                return "source address must have three more components after the hostname: the namespace, the name, and the target system"
            }
            return "invalid namespace \(parts[0].goQuoted): \(rule)"
        }
        if !isName(parts[1]) { return "invalid module name \(parts[1].goQuoted): \(rule)" }
        let isSystem = parts[2].utf8.allSatisfy { isLetterOrDigit($0) } && (1...64).contains(parts[2].utf8.count)
        return isSystem ? nil : "invalid target system \(parts[2].goQuoted): must be between one and 64 ASCII letters or digits"
    }

    /// The source without the directory inside of a package.
    private static func package(of source: String) -> String { split(source).package }

    private static func directoryProblem(_ source: String) -> String? {
        guard let directory = split(source).directory else { return nil }
        let cleaned = RelativePath.relative(RelativePath.joined("/a/a", directory), to: "/a/a")
        return cleaned.hasPrefix("..") ? "subdirectory path \(directory.goQuoted) leads outside of the module package" : nil
    }

    /// What is before and after `//`, which is also a part of URLs.
    private static func split(_ source: String) -> (package: String, directory: String?) {
        let text = Array(source.utf8)
        for index in text.indices.dropLast() where text[index] == UInt8(ascii: "/") && text[index + 1] == UInt8(ascii: "/") {
            if index > 0, text[index - 1] == UInt8(ascii: ":") { continue }
            let directory = text[(index + 2)...].prefix { $0 != UInt8(ascii: "?") }
            return (String(decoding: text[..<index], as: UTF8.self), String(decoding: directory, as: UTF8.self))
        }
        return (source, nil)
    }

    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, let last = text.utf8.last, text.utf8.count <= 64 else { return false }
        return isLetterOrDigit(first) && isLetterOrDigit(last)
            && text.utf8.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
        default: false
        }
    }
}
