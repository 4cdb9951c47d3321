/// The rules of a `.dockerignore` file.
struct IgnoreRules {
    private struct Rule {
        var parts: [[Character]]
        var isException: Bool
    }

    private var rules: [Rule] = []

    var hasExceptions: Bool { rules.contains(where: \.isException) }

    init(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) where !line.hasPrefix("#") {
            var pattern = line.trimmingSpaces
            let isException = pattern.hasPrefix("!")
            if isException { pattern = pattern.dropFirst().trimmingSpaces }
            let parts = pattern.split(separator: "/").filter { $0 != "." }.map(Array.init)
            if !parts.isEmpty { rules.append(Rule(parts: parts, isException: isException)) }
        }
    }

    /// Whether a path, relative to the context, is left out: the last rule that names it or something above it decides.
    func ignores(_ path: String) -> Bool {
        let names = path.split(separator: "/").map(Array.init)
        var isIgnored = false
        for rule in rules where rule.isException == isIgnored {
            if (1...max(1, names.count)).contains(where: { Self.matches(rule.parts[...], names.prefix($0)) }) { isIgnored.toggle() }
        }
        return isIgnored
    }

    private static func matches(_ pattern: ArraySlice<[Character]>, _ names: ArraySlice<[Character]>) -> Bool {
        guard let part = pattern.first else { return names.isEmpty }
        if part == ["*", "*"] {
            let rest = pattern.dropFirst()
            return rest.isEmpty || (0...names.count).contains { matches(rest, names.dropFirst($0)) }
        }
        guard let name = names.first, matches(name[...], part[...]) else { return false }
        return matches(pattern.dropFirst(), names.dropFirst())
    }

    /// Whether a name is what a pattern with `*`, `?`, `[…]` and `\` says.
    private static func matches(_ name: ArraySlice<Character>, _ pattern: ArraySlice<Character>) -> Bool {
        guard let first = pattern.first else { return name.isEmpty }
        let rest = pattern.dropFirst()
        switch first {
        case "*": return (0...name.count).contains { matches(name.dropFirst($0), rest) }
        case "?": return !name.isEmpty && matches(name.dropFirst(), rest)
        case "[":
            guard let end = rest.firstIndex(of: "]"), let character = name.first else { return false }
            var choices = Array(rest[rest.startIndex..<end])
            let isNegated = choices.first == "^"
            if isNegated { choices.removeFirst() }
            var found = false
            var index = 0
            while index < choices.count {
                if index + 2 < choices.count, choices[index + 1] == "-" {
                    found = found || (choices[index] <= character && character <= choices[index + 2])
                    index += 3
                } else {
                    found = found || choices[index] == character
                    index += 1
                }
            }
            return found != isNegated && matches(name.dropFirst(), rest[(end + 1)...])
        case "\\":
            guard let literal = rest.first else { return false }
            return name.first == literal && matches(name.dropFirst(), rest.dropFirst())
        default: return name.first == first && matches(name.dropFirst(), rest)
        }
    }
}

extension Substring {
    fileprivate var trimmingSpaces: Substring {
        var rest = drop { $0 == " " || $0 == "\t" }
        while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
        return rest
    }
}
