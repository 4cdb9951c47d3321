/// Functions of strings.
enum StringFunctions {
    static let all: [Function] = [
        chomp, endswith, indent, join, lower, split, startswith, strcontains, strrev, substr, title, trim, trimprefix, trimspace,
        trimsuffix, upper,
    ]

    /// A function of one string that has a string for every one.
    private static func map(_ name: String, allowsDynamic: Bool = true, _ change: @escaping @Sendable (String) -> String) -> Function {
        Function(name, [Function.Parameter("str", .string, allowsDynamic: allowsDynamic)], returns: .string) {
            (arguments, _, _) throws(FunctionError) in
            .string(change(arguments[0].string))
        }
    }

    private static let chomp = map("chomp", allowsDynamic: false) { text in
        Array(text.utf8).reversed().drop { $0 == 0x0a || $0 == 0x0d }.reversed().text
    }

    private static let lower = map("lower") { text in
        // One character of lower case for one of upper case, whatever stands around it.
        scalars(text) { $0.value == 0x130 ? "i" : single($0.properties.lowercaseMapping) ?? $0 }
    }

    private static let upper = map("upper") { text in
        scalars(text) { single($0.properties.uppercaseMapping) ?? single($0.properties.titlecaseMapping) ?? $0 }
    }

    private static let title = map("title", allowsDynamic: false) { text in
        var isStart = true
        return scalars(text) { scalar in
            defer { isStart = separatesWords(scalar) }
            return isStart ? single(scalar.properties.titlecaseMapping) ?? scalar : scalar
        }
    }

    private static let strrev = map("strrev") { $0.graphemes.reversed().joined() }

    private static let trimspace = map("trimspace", allowsDynamic: false) { trimmed($0) { $0.properties.isWhitespace } }

    private static func scalars(_ text: String, _ change: (Unicode.Scalar) -> Unicode.Scalar) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars { result.append(change(scalar)) }
        return String(result)
    }

    private static func single(_ mapping: String) -> Unicode.Scalar? {
        mapping.unicodeScalars.count == 1 ? mapping.unicodeScalars.first : nil
    }

    private static func separatesWords(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.isASCII {
            return !(scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || scalar == "_")
        }
        switch scalar.properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber: return false
        default: return scalar.properties.isWhitespace
        }
    }

    private static func trimmed(_ text: String, _ isTrimmed: (Unicode.Scalar) -> Bool) -> String {
        let rest = text.unicodeScalars.drop(while: isTrimmed)
        guard let last = rest.lastIndex(where: { !isTrimmed($0) }) else { return "" }
        return String(String.UnicodeScalarView(rest[...last]))
    }

    private static let trim = Function("trim", [.string("str"), .string("cutset")], returns: .string) {
        (arguments, _, _) throws(FunctionError) in
        let cutset = Set(arguments[1].string.unicodeScalars)
        return .string(trimmed(arguments[0].string) { cutset.contains($0) })
    }

    private static let trimprefix = Function("trimprefix", [.string("str"), .string("prefix")], returns: .string) {
        (arguments, _, _) throws(FunctionError) in
        let (text, prefix) = (arguments[0].string.utf8, arguments[1].string.utf8)
        return .string(text.starts(with: prefix) ? Array(text.dropFirst(prefix.count)).text : arguments[0].string)
    }

    private static let trimsuffix = Function("trimsuffix", [.string("str"), .string("suffix")], returns: .string) {
        (arguments, _, _) throws(FunctionError) in
        let (text, suffix) = (arguments[0].string.utf8, arguments[1].string.utf8)
        return .string(text.suffix(suffix.count).elementsEqual(suffix) ? Array(text.dropLast(suffix.count)).text : arguments[0].string)
    }

    private static let startswith = Function(
        "startswith", [Function.Parameter("str", .string, allowsUnknown: true), .string("prefix")], returns: .bool
    ) { (arguments, _, _) throws(FunctionError) in
        let prefix = arguments[1].string.utf8
        if let text = arguments[0].stringValue { return .bool(text.utf8.starts(with: prefix)) }
        if prefix.isEmpty { return .true }
        if let known = arguments[0].refinement?.prefix?.utf8, !known.isEmpty {
            if known.starts(with: prefix) { return .true }
            if known.count >= prefix.count { return .false }
        }
        return .unknown(.bool)
    }

    private static let endswith = Function("endswith", [.string("str"), .string("suffix")], returns: .bool) {
        (arguments, _, _) throws(FunctionError) in
        let suffix = arguments[1].string.utf8
        return .bool(arguments[0].string.utf8.suffix(suffix.count).elementsEqual(suffix))
    }

    private static let strcontains = Function("strcontains", [.string("str"), .string("substr")], isNeverNull: false, returns: .bool) {
        (arguments, _, _) throws(FunctionError) in
        .bool(ByteText.firstRange(of: Array(arguments[1].string.utf8), in: Array(arguments[0].string.utf8)[...]) != nil)
    }

    private static let indent = Function("indent", [.number("spaces"), .string("str")], returns: .string) {
        (arguments, _, _) throws(FunctionError) in
        let spaces = try arguments[0].integer()
        if spaces < 0 { throw FunctionError("panic in function implementation: strings: negative Repeat count") }
        let text = arguments[1].string.utf8
        let lines = text.count { $0 == 0x0a }
        let (added, isOver) = lines.multipliedReportingOverflow(by: spaces)
        guard !isOver, lines == 0 || added <= FunctionLimits.textMax else {
            throw FunctionError("the result is longer than \(FunctionLimits.textMax >> 20) MiB")
        }
        let padding = lines == 0 ? [] : [0x0a] + [UInt8](repeating: 0x20, count: spaces)
        return .string(text.flatMap { $0 == 0x0a ? padding : [$0] }.text)
    }

    private static let join = Function(
        "join", [.string("separator")], variadic: Function.Parameter("lists", .list(.string)), returns: .string
    ) { (arguments, _, _) throws(FunctionError) in
        let lists = arguments.dropFirst()
        if lists.isEmpty { throw FunctionError("at least one list is required") }
        guard lists.allSatisfy(\.isWhollyKnown) else { return .unknown(.string) }
        var parts: [String] = []
        var size = 0
        for (index, list) in lists.enumerated() {
            for (position, element) in list.list.enumerated() {
                guard let text = element.stringValue else {
                    let place = lists.count > 1 ? "element \(position) of list \(index + 1)" : "element \(position)"
                    throw FunctionError(argument: index + 1, "\(place) is null; cannot concatenate null values")
                }
                parts.append(text)
                size += text.utf8.count + arguments[0].string.utf8.count
            }
        }
        return try .boundedString(parts.joined(separator: arguments[0].string), bytes: size)
    }

    private static let split = Function("split", [.string("separator"), .string("str")], returns: .list(.string)) {
        (arguments, _, _) throws(FunctionError) in
        let (separator, text) = (arguments[0].string, arguments[1].string)
        let parts = separator.isEmpty ? text.unicodeScalars.map { String($0) } : ByteText.split(text, by: separator)
        return .list(parts.map { .string($0) }, of: .string)
    }

    private static let substr = Function(
        "substr",
        [
            Function.Parameter("str", .string, allowsDynamic: true), Function.Parameter("offset", .number, allowsDynamic: true),
            Function.Parameter("length", .number, allowsDynamic: true),
        ], returns: .string
    ) { (arguments, _, _) throws(FunctionError) in
        var offset = try arguments[1].integer()
        let length = try arguments[2].integer()
        let text = arguments[0].string
        if offset < 0 {
            offset += text.graphemeCount
        } else if length == 0 {
            return .string("")
        }
        let rest = text.graphemes.dropFirst(Swift.max(0, offset))
        // With a negative offset, a length of zero is none at all.
        return .string((length <= 0 ? rest : rest.prefix(length)).joined())
    }
}

/// Strings as bytes, as Go compares them.
enum ByteText {
    static func firstRange(of part: [UInt8], in text: ArraySlice<UInt8>) -> Range<Int>? {
        guard let first = part.first else { return text.startIndex..<text.startIndex }
        var rest = text
        while let start = rest.firstIndex(of: first) {
            rest = rest[start...]
            guard rest.count >= part.count else { return nil }
            if rest.prefix(part.count).elementsEqual(part) { return start..<start + part.count }
            rest = rest.dropFirst()
        }
        return nil
    }

    static func split(_ text: String, by separator: String) -> [String] {
        let separator = Array(separator.utf8)
        var rest = Array(text.utf8)[...]
        var parts: [String] = []
        while let range = firstRange(of: separator, in: rest) {
            parts.append(rest[..<range.lowerBound].text)
            rest = rest[range.upperBound...]
        }
        return parts + [rest.text]
    }
}
