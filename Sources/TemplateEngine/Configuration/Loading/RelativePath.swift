/// Paths as texts.
enum RelativePath {
    /// One path after the other, without `.` and `..` as far as possible.
    static func joined(_ directory: String, _ path: String) -> String {
        var parts: [Substring] = []
        for part in (directory + "/" + path).split(separator: "/") where part != "." {
            if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
        }
        return "/" + parts.drop { $0 == ".." }.joined(separator: "/")
    }

    /// How to get from a directory to a path, both absolute.
    static func relative(_ path: String, to directory: String) -> String {
        let target = path.split(separator: "/")
        let start = directory.split(separator: "/")
        let common = zip(target, start).prefix { $0 == $1 }.count
        let steps = start.dropFirst(common).map { _ in ".." } + target.dropFirst(common).map { String($0) }
        return steps.isEmpty ? "." : steps.joined(separator: "/")
    }
}
