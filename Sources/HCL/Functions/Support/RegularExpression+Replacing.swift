extension RegularExpression {
    /// All matches that do not overlap; an empty one right after another match is left out.
    func matches(in text: UnsafeBufferPointer<UInt8>) -> [Match] {
        var result: [Match] = []
        var position = 0
        var previousEnd = -1
        while position <= text.count, let match = firstMatch(in: text, from: position), let whole = match[0] {
            var isAccepted = true
            if whole.upperBound == position {
                isAccepted = whole.lowerBound != previousEnd
                position += Self.width(of: text, at: position)
            } else {
                position = whole.upperBound
            }
            previousEnd = whole.upperBound
            if isAccepted { result.append(match) }
        }
        return result
    }

    /// The text with each match replaced by a template, in which `$1`, `$name` and `${name}` stand for groups.
    func replacing(in text: UnsafeBufferPointer<UInt8>, with template: [UInt8], limit: Int) -> [UInt8]? {
        var result: [UInt8] = []
        var matchEnd = 0
        var position = 0
        while position <= text.count, let match = firstMatch(in: text, from: position), let whole = match[0] {
            result += text[matchEnd..<whole.lowerBound]
            // An empty match right after another one is not replaced.
            if whole.upperBound > matchEnd || whole.lowerBound == 0 {
                expand(template, match: match, in: text, into: &result)
            }
            if result.count > limit { return nil }
            matchEnd = whole.upperBound
            let next = position + Self.width(of: text, at: position)
            position = next > whole.upperBound ? next : whole.upperBound
        }
        result += text[matchEnd...]
        return result
    }

    /// How many bytes the character at a place has; one at the end.
    private static func width(of text: UnsafeBufferPointer<UInt8>, at index: Int) -> Int {
        guard index < text.count else { return 1 }
        return switch text[index] {
        case 0xf0...: 4
        case 0xe0...: 3
        case 0xc0...: 2
        default: 1
        }
    }

    private func expand(_ template: [UInt8], match: Match, in text: UnsafeBufferPointer<UInt8>, into result: inout [UInt8]) {
        let dollar = UInt8(ascii: "$")
        var rest = template[...]
        while let sign = rest.firstIndex(of: dollar) {
            result += rest[..<sign]
            rest = rest[(sign + 1)...]
            if rest.first == dollar {
                result.append(dollar)
                rest = rest.dropFirst()
                continue
            }
            guard let (name, length) = Self.groupName(rest) else {
                // Not the name of a group: the sign stands for itself.
                result.append(dollar)
                continue
            }
            rest = rest.dropFirst(length)
            if let span = span(named: name, in: match) { result += text[span] }
        }
        result += rest
    }

    /// The name at the start, as `name` or `{name}`, and how many bytes it takes.
    private static func groupName(_ text: ArraySlice<UInt8>) -> (name: String, length: Int)? {
        let isBraced = text.first == UInt8(ascii: "{")
        let body = String(decoding: isBraced ? text.dropFirst() : text, as: UTF8.self)
        let name = body.unicodeScalars.prefix { scalar in
            switch scalar.properties.generalCategory {
            case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber: true
            default: scalar == "_"
            }
        }
        let text = String(name)
        guard !text.isEmpty else { return nil }
        if !isBraced { return (text, text.utf8.count) }
        guard body.utf8.dropFirst(text.utf8.count).first == UInt8(ascii: "}") else { return nil }
        return (text, text.utf8.count + 2)
    }

    /// What a group matched that is given by number or name.
    private func span(named name: String, in match: Match) -> Range<Int>? {
        let isNumber = name.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        if isNumber, name == "0" || name.utf8.first != UInt8(ascii: "0"), name.utf8.count <= 9, let number = Int(name) {
            return number < match.count ? match[number] : nil
        }
        for (group, candidate) in groupNames.enumerated() where candidate == name {
            if let span = match[group + 1] { return span }
        }
        return nil
    }
}
