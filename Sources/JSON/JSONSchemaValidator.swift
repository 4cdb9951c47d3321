/// One run of a schema over a value; see ``JSONSchema/validate(_:)``.
struct JSONSchemaValidator {
    private let schema: JSONSchema
    private var issues: [JSONSchemaIssue] = []
    /// Regular expressions are not `Sendable`, so each run makes its own.
    private var patterns: [String: Regex<AnyRegexOutput>] = [:]
    private var stepsLeft = 1_000_000
    private var isOver = false

    private static let depthMax = 600
    private static let issuesMax = 100

    init(_ schema: JSONSchema) {
        self.schema = schema
    }

    mutating func run(_ value: JSONValue) -> [JSONSchemaIssue] {
        check(value, schema.root, .root, 0)
        return issues
    }

    private mutating func report(_ pointer: JSONPointer, _ message: @autoclosure () -> String) {
        guard !isOver, issues.count < Self.issuesMax else { return }
        issues.append(JSONSchemaIssue(pointer, message()))
    }

    /// Ends the run with one issue that stands beside whatever was found.
    private mutating func giveUp(_ pointer: JSONPointer, _ message: String) {
        guard !isOver else { return }
        issues = Array(issues.prefix(Self.issuesMax - 1)) + [JSONSchemaIssue(pointer, message)]
        isOver = true
    }

    /// The issues that `value` would have with `node`, without reporting them.
    private mutating func trial(_ value: JSONValue, _ node: JSONSchemaNode, _ pointer: JSONPointer, _ depth: Int) -> [JSONSchemaIssue] {
        let before = issues
        issues = []
        check(value, node, pointer, depth)
        // What made us give up is kept: it is no issue of this alternative alone.
        defer { issues = isOver ? before + issues.suffix(1) : before }
        return issues
    }

    private mutating func check(_ value: JSONValue, _ node: JSONSchemaNode, _ pointer: JSONPointer, _ depth: Int) {
        guard !isOver else { return }
        guard depth < Self.depthMax else {
            return giveUp(pointer, "schema refers to itself without end")
        }
        stepsLeft -= 1
        guard stepsLeft > 0 else {
            return giveUp(pointer, "value takes too many steps to check against its schema")
        }
        let keywords = node.keywords
        guard keywords.isSatisfiable else { return report(pointer, "is not allowed here") }
        if !keywords.types.isEmpty, !keywords.types.contains(where: { value.isOfSchemaType($0) }) {
            return report(pointer, "must be \(Self.list(keywords.types)), is \(value.typeName)")
        }
        let shown = keywords.isSecret ? "***" : value.excerpt
        if let values = keywords.enumeration, !values.contains(where: { $0.isSameNumberOrValue(as: value) }) {
            let allowed = values.prefix(12).map { $0.serialized() } + (values.count > 12 ? ["…"] : [])
            report(pointer, "must be \(values.count == 1 ? "" : "one of ")\(allowed.joined(separator: ", ")), is \(shown)")
        }
        switch value {
        case .integer, .unsigned, .number: checkNumber(value, shown, keywords, pointer)
        case .string(let text): checkString(text, shown, keywords, pointer)
        case .array(let elements): checkArray(elements, keywords, pointer, depth)
        case .object(let members): checkObject(members, keywords, pointer, depth)
        case .null, .bool: break
        }
        checkCombinations(value, keywords, pointer, depth)
    }

    private mutating func checkNumber(_ value: JSONValue, _ shown: String, _ keywords: JSONSchemaNode.Keywords, _ pointer: JSONPointer) {
        if let bound = keywords.minimum, value.isBelow(bound) {
            report(pointer, "must be at least \(bound), is \(shown)")
        }
        if let bound = keywords.maximum, bound.isBelow(value) {
            report(pointer, "must be at most \(bound), is \(shown)")
        }
        if let bound = keywords.exclusiveMinimum, !bound.isBelow(value) {
            report(pointer, "must be above \(bound), is \(shown)")
        }
        if let bound = keywords.exclusiveMaximum, !value.isBelow(bound) {
            report(pointer, "must be below \(bound), is \(shown)")
        }
        if let divisor = keywords.multipleOf, !value.isMultiple(of: divisor) {
            report(pointer, "must be a multiple of \(divisor), is \(shown)")
        }
    }

    private mutating func checkString(_ text: String, _ shown: String, _ keywords: JSONSchemaNode.Keywords, _ pointer: JSONPointer) {
        if keywords.minLength != nil || keywords.maxLength != nil {
            let count = text.unicodeScalars.count
            if let bound = keywords.minLength, count < bound {
                report(pointer, "must have at least \(bound) characters, has \(count)")
            }
            if let bound = keywords.maxLength, count > bound {
                report(pointer, "must have at most \(bound) characters, has \(count)")
            }
        }
        if let pattern = keywords.pattern, !matches(text, pattern) {
            report(pointer, "must match \(pattern), is \(shown)")
        }
    }

    private mutating func matches(_ text: String, _ pattern: String) -> Bool {
        if let regex = patterns[pattern] { return text.firstMatch(of: regex) != nil }
        // The reader has accepted this pattern, so it can be made again.
        guard let regex = try? Regex(pattern).matchingSemantics(.unicodeScalar).asciiOnlyDigits().asciiOnlyWordCharacters() else {
            return false
        }
        patterns[pattern] = regex
        return text.firstMatch(of: regex) != nil
    }

    private mutating func checkArray(
        _ elements: [JSONValue], _ keywords: JSONSchemaNode.Keywords, _ pointer: JSONPointer, _ depth: Int
    ) {
        if let bound = keywords.minItems, elements.count < bound {
            report(pointer, "must have at least \(bound) elements, has \(elements.count)")
        }
        if let bound = keywords.maxItems, elements.count > bound {
            report(pointer, "must have at most \(bound) elements, has \(elements.count)")
        }
        if keywords.uniqueItems {
            var seen: [JSONValue: Int] = [:]
            for (index, element) in elements.enumerated() {
                if let first = seen.updateValue(index, forKey: element.withPlainNumbers) {
                    report(pointer, "elements \(first) and \(index) are the same")
                    break
                }
            }
        }
        guard let items = keywords.items else { return }
        for (index, element) in elements.enumerated() {
            check(element, items, pointer.appending(index), depth + 1)
            if isOver { return }
        }
    }

    private mutating func checkObject(
        _ members: [String: JSONValue], _ keywords: JSONSchemaNode.Keywords, _ pointer: JSONPointer, _ depth: Int
    ) {
        for name in keywords.required where members[name] == nil {
            report(pointer, "lacks the member \(JSONValue.string(name).serialized())")
        }
        if let bound = keywords.minProperties, members.count < bound {
            report(pointer, "must have at least \(bound) members, has \(members.count)")
        }
        if let bound = keywords.maxProperties, members.count > bound {
            report(pointer, "must have at most \(bound) members, has \(members.count)")
        }
        guard !keywords.properties.isEmpty || keywords.additionalProperties != nil || keywords.propertyNames != nil else { return }
        for (name, member) in members.sorted(by: { $0.key < $1.key }) {
            if isOver { return }
            let place = pointer.appending(name)
            if let names = keywords.propertyNames {
                for issue in trial(.string(name), names, .root, depth + 1) where !isOver {
                    report(place, "name \(issue.message)")
                }
            }
            if let node = keywords.properties[name] {
                check(member, node, place, depth + 1)
            } else if let node = keywords.additionalProperties {
                if node.keywords.isSatisfiable {
                    check(member, node, place, depth + 1)
                } else {
                    report(place, "is not a known member")
                }
            }
        }
    }

    private mutating func checkCombinations(
        _ value: JSONValue, _ keywords: JSONSchemaNode.Keywords, _ pointer: JSONPointer, _ depth: Int
    ) {
        switch keywords.reference {
        case .root: check(value, schema.root, pointer, depth + 1)
        case .definition(let name):
            if let node = schema.definitions[name] { check(value, node, pointer, depth + 1) }
        case nil: break
        }
        for node in keywords.allOf { check(value, node, pointer, depth + 1) }
        if !keywords.anyOf.isEmpty { checkAlternatives(value, keywords.anyOf, pointer, depth, isExclusive: false) }
        if !keywords.oneOf.isEmpty { checkAlternatives(value, keywords.oneOf, pointer, depth, isExclusive: true) }
        if let node = keywords.not {
            let isFitting = trial(value, node, pointer, depth + 1).isEmpty
            if isFitting { report(pointer, "fits what it must not fit") }
        }
    }

    private mutating func checkAlternatives(
        _ value: JSONValue, _ nodes: [JSONSchemaNode], _ pointer: JSONPointer, _ depth: Int, isExclusive: Bool
    ) {
        var fits = 0
        var closest: JSONSchemaIssue?
        for node in nodes {
            let found = trial(value, node, pointer, depth + 1)
            if isOver { return }
            if found.isEmpty {
                fits += 1
                if !isExclusive { return }
            } else if found[0].pointer.tokens.count >= closest?.pointer.tokens.count ?? 0 {
                // The alternative that was followed furthest is most likely the one that was meant.
                closest = found[0]
            }
        }
        if fits == 0 {
            report(pointer, "fits none of \(nodes.count) alternatives\(closest.map { "; the closest says: \($0)" } ?? "")")
        } else if fits > 1 {
            report(pointer, "fits \(fits) of \(nodes.count) alternatives, must fit one")
        }
    }

    private static func list(_ types: [String]) -> String {
        types.count < 2 ? types.joined() : types.dropLast().joined(separator: ", ") + " or " + (types.last ?? "")
    }
}
