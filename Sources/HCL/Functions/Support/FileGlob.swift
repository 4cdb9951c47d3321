/// Finds files by a pattern with `*`, `?`, `[…]`, `{…,…}` and, for any number of directories, `**`.
struct FileGlob {
    /// Why nothing is found.
    enum Fault: Error {
        case badPattern
        case access(FileAccess.Failure, path: String)
        /// There is more than ``entriesMax``, or deeper than ``depthMax``.
        case tooMany
    }

    static let entriesMax = 100_000
    static let depthMax = 128

    private let access: FileAccess
    private var entries = 0
    private(set) var matches: [String] = []

    init(_ access: FileAccess) { self.access = access }

    /// Collects what matches a cleaned pattern; paths are absolute or start from the base as the pattern does.
    mutating func find(_ pattern: String) throws(Fault) {
        let components = pattern.split(separator: "/").map { Array($0.unicodeScalars) }
        try find(components[...], in: FilePath.isAbsolute(pattern) ? "/" : ".", depth: 0)
    }

    private mutating func find(_ components: ArraySlice<[Unicode.Scalar]>, in directory: String, depth: Int) throws(Fault) {
        guard depth <= Self.depthMax else { throw .tooMany }
        let plain = components.prefix { component in !component.contains { "*?[{\\".unicodeScalars.contains($0) } }
        let directory = plain.reduce(directory) { FilePath.joined($0, Self.text($1)) }
        let rest = components.dropFirst(plain.count)
        guard access.exists(directory) else { return }
        guard let component = rest.first else { return matches.append(directory) }
        guard let names = try names(in: directory) else { return }
        guard component == ["*", "*"] else { return try find(rest, names: names, in: directory, depth: depth) }
        let isLast = rest.count == 1
        for name in names {
            let path = FilePath.joined(directory, name)
            guard let mode = try? access.mode(path) else { continue }
            if isLast { matches.append(path) }
            if mode & 0o170000 == 0o040000 { try find(rest, in: path, depth: depth + 1) }
        }
        if !isLast { try find(rest.dropFirst(), names: names, in: directory, depth: depth) }
    }

    private mutating func find(
        _ components: ArraySlice<[Unicode.Scalar]>, names: [String], in directory: String, depth: Int
    ) throws(Fault) {
        guard let component = components.first else { return }
        for name in names {
            guard try Self.matches(component[...], Array(name.unicodeScalars)[...]) else { continue }
            let path = FilePath.joined(directory, name)
            if components.count == 1 { matches.append(path) } else { try find(components.dropFirst(), in: path, depth: depth + 1) }
        }
    }

    private mutating func names(in directory: String) throws(Fault) -> [String]? {
        do throws(FileAccess.Failure) {
            let names = try access.names(in: directory, limit: Self.entriesMax - entries)
            entries += names?.count ?? 0
            return names
        } catch .tooLarge {
            throw .tooMany
        } catch {
            throw .access(error, path: directory)
        }
    }

    private static func text(_ scalars: [Unicode.Scalar]) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    /// Whether a name matches one component of a pattern.
    static func matches(_ pattern: ArraySlice<Unicode.Scalar>, _ name: ArraySlice<Unicode.Scalar>) throws(Fault) -> Bool {
        var steps = 0
        return try matches(pattern, name, &steps)
    }

    private static func matches(
        _ pattern: ArraySlice<Unicode.Scalar>, _ name: ArraySlice<Unicode.Scalar>, _ steps: inout Int
    ) throws(Fault) -> Bool {
        steps += 1
        // Stars and alternatives multiply; a pattern that needs that many steps was made to.
        guard steps <= 1_000_000 else { throw .tooMany }
        var pattern = pattern
        var name = name
        while let next = pattern.first {
            switch next {
            case "*":
                let rest = pattern.drop { $0 == "*" }
                if rest.isEmpty { return true }
                for start in name.startIndex...name.endIndex where try matches(rest, name[start...], &steps) { return true }
                return false
            case "{":
                guard let (options, rest) = alternatives(pattern.dropFirst()) else { throw .badPattern }
                for option in options where try matches(option + rest, name, &steps) { return true }
                return false
            case "[":
                guard let (isMember, length) = classMatches(pattern, name.first) else { throw .badPattern }
                guard !name.isEmpty, isMember else { return false }
                pattern = pattern.dropFirst(length)
                name = name.dropFirst()
            default:
                var expected = next
                if next == "\\" {
                    pattern = pattern.dropFirst()
                    guard let escaped = pattern.first else { throw .badPattern }
                    expected = escaped
                }
                guard let character = name.first, next == "?" || character == expected else { return false }
                pattern = pattern.dropFirst()
                name = name.dropFirst()
            }
        }
        return name.isEmpty
    }

    /// The texts between braces, and what follows them.
    private static func alternatives(
        _ pattern: ArraySlice<Unicode.Scalar>
    ) -> (options: [ArraySlice<Unicode.Scalar>], rest: ArraySlice<Unicode.Scalar>)? {
        var options: [ArraySlice<Unicode.Scalar>] = []
        var start = pattern.startIndex
        var index = start
        var depth = 0
        while index < pattern.endIndex {
            switch pattern[index] {
            case "\\": index += 1
            case "{": depth += 1
            case "}" where depth > 0: depth -= 1
            case "}":
                options.append(pattern[start..<index])
                return (options, pattern[(index + 1)...])
            case "," where depth == 0:
                options.append(pattern[start..<index])
                start = index + 1
            default: break
            }
            index += 1
        }
        return nil
    }

    /// Whether a character is of a class such as `[a-z]` or `[^a]`, and how long the class is.
    private static func classMatches(
        _ pattern: ArraySlice<Unicode.Scalar>, _ character: Unicode.Scalar?
    ) -> (isMember: Bool, length: Int)? {
        var index = pattern.startIndex + 1
        func next() -> Unicode.Scalar? {
            if index < pattern.endIndex, pattern[index] == "\\" { index += 1 }
            guard index < pattern.endIndex else { return nil }
            defer { index += 1 }
            return pattern[index]
        }
        var isNegated = false
        if index < pattern.endIndex, pattern[index] == "^" {
            isNegated = true
            index += 1
        }
        var isMember = false
        var isEmpty = true
        while index < pattern.endIndex, pattern[index] != "]" {
            if isEmpty, pattern[index] == "-" { return nil }
            isEmpty = false
            guard let low = next() else { return nil }
            var high = low
            if index < pattern.endIndex, pattern[index] == "-" {
                index += 1
                guard index < pattern.endIndex, pattern[index] != "]", let end = next() else { return nil }
                high = end
            }
            if let character, low <= character, character <= high { isMember = true }
        }
        guard index < pattern.endIndex, !isEmpty else { return nil }
        return (isMember != isNegated, index + 1 - pattern.startIndex)
    }
}
