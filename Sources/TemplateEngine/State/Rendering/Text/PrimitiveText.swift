import HCL

/// Writes what becomes of a text, number or truth.
struct PrimitiveText {
    var style: TextStyle
    var writer: DifferenceText

    func text(
        _ before: Value?, _ after: Value?, _ difference: Difference, _ indent: Int, null: String, forced: String
    ) -> String {
        let texts = [before, after].compactMap { $0?.stringValue }
        if !texts.isEmpty, texts.count == [before, after].compactMap({ $0 }).count {
            let (old, new) = (before?.stringValue, after?.stringValue)
            if let text = structured(old, new, difference, indent, null: null, forced: forced) { return text }
            if texts.contains(where: \.hasSeveralLines) { return lines(old, new, difference.action, indent, null: null, forced: forced) }
        }
        switch difference.action {
        case .create, .none: return shown(after) + forced
        case .delete: return shown(before) + null + forced
        case .update: return shown(before) + " " + style("[yellow]->[reset]") + " " + shown(after) + forced
        }
    }

    private func shown(_ value: Value?) -> String {
        switch value?.content {
        case .string(let string)?: string.goQuoted
        case .number(let number)?: number.text
        case .bool(let bool)?: String(bool)
        default: style("[dark_gray]null[reset]")
        }
    }

    // MARK: Several lines

    private func lines(
        _ before: String?, _ after: String?, _ action: Difference.Action, _ indent: Int, null: String, forced: String
    ) -> String {
        let (old, new) = ((before ?? after ?? "").shownLines, (after ?? before ?? "").shownLines)
        let margin = DifferenceText.indentation(indent + 1)
        let pairs = action == .update ? Alignment.pairs(old, new) { _, _ in false } : new.map { ($0, $0) }
        let lines = pairs.map { old, new in
            let action: Difference.Action = old == nil ? .create : new == nil ? .delete : .none
            return margin + style.symbol(action) + " " + (new ?? old ?? "") + "\n"
        }
        return "<<-EOT\(forced)\n" + lines.joined() + DifferenceText.indentation(indent) + "    EOT" + null
    }

    // MARK: JSON

    /// Texts that are JSON are shown as what they say; nil if one is not.
    private func structured(
        _ before: String?, _ after: String?, _ difference: Difference, _ indent: Int, null: String, forced: String
    ) -> String? {
        let (old, new) = (before.flatMap(\.jsonStructure), after.flatMap(\.jsonStructure))
        if old == nil, new == nil { return nil }
        if let before, let after, old == nil || new == nil {
            // One says something structured, the other does not: both are shown.
            let change = Difference.Form.other(
                before: Difference(form: .primitive(before: .string(before), after: nil), action: .delete),
                after: Difference(form: .primitive(before: nil, after: .string(after)), action: .create))
            return writer.text(Difference(form: change, action: .update), indent) + forced
        }
        var inner = DifferenceBuilder().open(old, new)
        let isSpaceOnly = inner.action == .none && difference.action == .update
        let space = isSpaceOnly ? (difference.forcesReplacement ? " # whitespace changes force replacement" : " # whitespace changes") : ""
        // The sign stands before the attribute already, but for a change.
        let sign = difference.action == .update && !isSpaceOnly ? Difference.Action.update : .none
        inner.forcesReplacement = false
        let text = (isSpaceOnly ? writer.showingUnchanged : writer).hidingNull.text(inner, indent + 1)
        let forced = isSpaceOnly ? "" : forced
        let margin = DifferenceText.indentation(indent + 1)
        guard text.utf8.contains(0x0A) else { return "jsonencode(\(text))" + space + null + forced }
        return "jsonencode(\(space)\n" + margin + style.symbol(sign) + " " + text + forced + "\n" + margin + ")" + null
    }
}

extension String {
    fileprivate var hasSeveralLines: Bool { utf8.contains(0x0A) }

    /// Without space at either end, which nobody would see.
    fileprivate var shownLines: [String] {
        let scalars = unicodeScalars.drop { $0.properties.isWhitespace }
        let count = scalars.reversed().prefix { $0.properties.isWhitespace }.count
        return String(scalars.dropLast(count)).split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    }

    /// What it says, if it is JSON of an array or object.
    fileprivate var jsonStructure: Value? {
        guard utf8.first == UInt8(ascii: "{") || utf8.first == UInt8(ascii: "[") else { return nil }
        // Any other text is shown as it is.
        return try? Value.jsonDecoded(self)
    }
}
