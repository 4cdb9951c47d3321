extension Value: CustomStringConvertible {
    /// As the console prints it, so that what is sensitive does not get into a log by interpolation.
    package var description: String { consoleText }

    /// What `terraform console` prints for the value.
    package var consoleText: String { consoleText(indentation: 0) }

    private func consoleText(indentation: Int) -> String {
        if marks.contains(.sensitive) { return "(sensitive value)" }
        if marks.contains(.ephemeral) { return "(ephemeral value)" }
        switch content {
        case .unknown: return "(known after apply)"
        case .null: return consoleNull
        case .bool(let bool): return bool ? "true" : "false"
        case .number(let number): return number.text
        case .string(let string): return string.consoleHeredoc(indentation: indentation) ?? string.consoleQuoted
        case .elements(let elements):
            let lines = elements.map { $0.consoleText(indentation: indentation + 2) + "," }
            return wrapped("[" + Value.block(lines, indentation) + "]")
        case .members:
            let lines = sortedMembers.map { "\($0.consoleQuoted) = \($1.consoleText(indentation: indentation + 2))" }
            return wrapped("{" + Value.block(lines, indentation) + "}")
        }
    }

    private var consoleNull: String {
        switch type {
        case .dynamic: "null"
        case .bool, .number, .string: "to\(type.friendlyName)(null)"
        case .list(let element): "tolist(null) /* of \(element.friendlyName) */"
        case .set(let element): "toset(null) /* of \(element.friendlyName) */"
        case .map(let element): "tomap(null) /* of \(element.friendlyName) */"
        case .tuple, .object: "null /* \(type.friendlyName) */"
        }
    }

    /// In the call that makes it a collection of the kind.
    private func wrapped(_ text: String) -> String {
        switch type {
        case .list: "tolist(\(text))"
        case .set: "toset(\(text))"
        case .map: "tomap(\(text))"
        default: text
        }
    }

    private static func block(_ lines: [String], _ indentation: Int) -> String {
        if lines.isEmpty { return "" }
        let outer = String(repeating: " ", count: indentation)
        return "\n" + lines.map { "\(outer)  \($0)\n" }.joined() + outer
    }
}

extension String {
    /// In quotes, as the console prints it: nothing is doubled that would start an interpolation.
    var consoleQuoted: String { goQuoted }

    /// A string of several lines as a heredoc, indented with what surrounds it; nil for one line.
    func consoleHeredoc(indentation: Int) -> String? {
        let lines = unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        guard lines.count > 1 else { return nil }
        let margin = String(repeating: " ", count: indentation)
        var delimiter = "EOT"
        while lines.contains(where: { $0.trimmingSpace == delimiter }) { delimiter += "_" }
        let operatorText = indentation > 0 ? "<<-" : "<<"
        return ([operatorText + delimiter] + lines.map { margin + $0 } + [margin + delimiter]).joined(separator: "\n")
    }

    private var trimmingSpace: String {
        let scalars = unicodeScalars.drop { $0.properties.isWhitespace }
        let count = scalars.reversed().prefix { $0.properties.isWhitespace }.count
        return String(scalars.dropLast(count))
    }
}
