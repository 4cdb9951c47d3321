internal import Glibc

/// Paths as texts: nothing here looks at a file system.
enum FilePath {
    static func isAbsolute(_ path: String) -> Bool { path.utf8.first == UInt8(ascii: "/") }

    /// The shortest path that means the same, were there no symbolic links.
    static func cleaned(_ path: String) -> String {
        let isRooted = isAbsolute(path)
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part != ".." {
                parts.append(part)
            } else if let last = parts.last, last != ".." {
                parts.removeLast()
            } else if !isRooted {
                parts.append(part)
            }
        }
        let joined = parts.joined(separator: "/")
        return isRooted ? "/" + joined : joined.isEmpty ? "." : joined
    }

    /// One path after the other, cleaned; empty ones are left out.
    static func joined(_ paths: String...) -> String {
        let parts = paths.filter { !$0.isEmpty }
        return parts.isEmpty ? "" : cleaned(parts.joined(separator: "/"))
    }

    /// The last part.
    static func base(_ path: String) -> String {
        if path.isEmpty { return "." }
        return path.split(separator: "/").last.map { String($0) } ?? "/"
    }

    /// All but the last part.
    static func directory(_ path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return cleaned(String(path[...slash]))
    }

    /// How to get from a directory to a path; both are relative to the same, or absolute.
    static func relative(_ path: String, to directory: String) -> String {
        let target = cleaned(path).split(separator: "/").filter { $0 != "." }
        let start = cleaned(directory).split(separator: "/").filter { $0 != "." }
        let common = zip(target, start).prefix { $0 == $1 }.count
        let steps = start.dropFirst(common).map { _ in ".." } + target.dropFirst(common).map { String($0) }
        return steps.isEmpty ? "." : steps.joined(separator: "/")
    }

    /// Whether a path is a directory or below it; both are absolute and without symbolic links.
    static func isInside(_ path: String, _ directory: String) -> Bool {
        directory == "/" || path == directory || path.hasPrefix(directory + "/")
    }

    /// With `~` replaced by the home of the user.
    static func expandingHome(_ path: String) throws(FunctionError) -> String {
        let bytes = Array(path.utf8)
        guard bytes.first == UInt8(ascii: "~") else { return path }
        if bytes.count > 1, bytes[1] != UInt8(ascii: "/"), bytes[1] != UInt8(ascii: "\\") {
            throw FunctionError("cannot expand user-specific home dir")
        }
        guard let home = getenv("HOME"), home[0] != 0 else { throw FunctionError("cannot find the home directory: HOME is not set") }
        return joined(String(cString: home), bytes.dropFirst().text)
    }
}
