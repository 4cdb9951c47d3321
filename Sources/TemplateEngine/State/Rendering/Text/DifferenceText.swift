import HCL

/// Writes a difference as lines, as a plan shows it to people.
struct DifferenceText {
    var style: TextStyle
    /// Whether nothing is said about a value becoming null: what it is in says that.
    private var hidesNull = false
    private var showsUnchanged = false

    init(style: TextStyle) { self.style = style }

    /// - Parameter indent: how deep it stands; the first line is not indented.
    func text(_ difference: Difference, _ indent: Int) -> String {
        let forced = difference.forcesReplacement ? style(" [red]# forces replacement[reset]") : ""
        let null = difference.action == .delete && !hidesNull ? " " + style("[dark_gray]-> null[reset]") : ""
        switch difference.form {
        case .primitive(let before, let after):
            return PrimitiveText(style: style, writer: self).text(before, after, difference, indent, null: null, forced: forced)
        case .unknown(let before):
            guard let before else { return "(known after apply)" + forced }
            return hidingNull.text(before, indent) + " -> (known after apply)" + forced
        case .sensitive: return "(sensitive value)" + null + forced
        case .other(let before, let after):
            return hidingNull.text(before, indent) + " " + style("[yellow]->[reset]") + " " + text(after, indent) + forced
        case .list(let elements): return list(elements, indent, null, forced, showsContext: true)
        case .set(let elements): return list(elements, indent, null, forced, showsContext: false)
        case .map(let members):
            let lines = hidingNull.members(members.map { ($0.0, $0.0.goQuoted, $0.1) }, indent, "element", important: false)
            return lines.isEmpty ? "{}" + null + forced : "{\(forced)\n" + lines + closing("}", indent) + null
        case .object(let members):
            let lines = hidingNull.members(members.map { ($0.0, $0.0.attributeName, $0.1) }, indent, "attribute", important: true)
            return lines.isEmpty ? "{}" + null + forced : "{\(forced)\n" + lines + closing("}", indent) + null
        case .block(let attributes, let blocks):
            if attributes.isEmpty, blocks.isEmpty { return "{}" + forced }
            let lines = members(attributes.map { ($0.0, $0.0.attributeName, $0.1) }, indent, "attribute", important: true)
            return "{\(forced)\n" + lines + self.blocks(blocks, indent) + closing("}", indent)
        }
    }

    var hidingNull: DifferenceText {
        var copy = self
        copy.hidesNull = true
        return copy
    }

    var showingUnchanged: DifferenceText {
        var copy = self
        copy.showsUnchanged = true
        return copy
    }

    static func indentation(_ indent: Int) -> String { String(repeating: " ", count: 4 * indent) }

    private func closing(_ bracket: String, _ indent: Int) -> String { DifferenceText.indentation(indent) + "    " + bracket }

    private func line(_ action: Difference.Action, _ indent: Int, _ text: String) -> String {
        DifferenceText.indentation(indent + 1) + style.symbol(action) + " " + text + "\n"
    }

    private func hidden(_ count: Int, _ thing: String, _ indent: Int) -> String {
        count == 0 ? "" : line(.none, indent, style("[dark_gray]# (\(count) unchanged \(thing)\(count == 1 ? "" : "s") hidden)[reset]"))
    }

    // MARK: Members

    /// - Parameter important: whether members by which people know an object are always shown.
    private func members(
        _ members: [(name: String, shown: String, value: Difference)], _ indent: Int, _ thing: String, important: Bool
    ) -> String {
        let width = members.map(\.shown.utf8.count).max() ?? 0
        var text = ""
        var unchanged = 0
        for (name, shown, value) in members {
            let isImportant = important && ["id", "name", "tags"].contains(name)
            if value.action == .none, !showsUnchanged, !isImportant {
                unchanged += 1
                continue
            }
            let writer = isImportant ? showingUnchanged : self
            let padding = String(repeating: " ", count: max(0, width - shown.unicodeScalars.count))
            text += warnings(value, indent)
            text += line(value.action, indent, shown + padding + " = " + writer.text(value, indent + 1))
        }
        return text + hidden(unchanged, thing, indent)
    }

    /// What is said above a value whose mark changes.
    private func warnings(_ difference: Difference, _ indent: Int) -> String {
        guard case .sensitive(let mark?, let isSame) = difference.form else { return "" }
        let margin = DifferenceText.indentation(indent + 1)
        let ending = isSame ? " The value is unchanged." : ""
        let (first, second) =
            mark == .lost
            ? ("this attribute value will no longer be marked as sensitive", "after applying this change.")
            : ("this attribute value will be marked as sensitive and will not", "display in UI output after applying this change.")
        return margin + style("  # [yellow]Warning[reset]: ") + first + "\n" + margin + "  # " + second + ending + "\n"
    }

    // MARK: Blocks

    private func blocks(_ types: [(type: String, blocks: [(label: String?, block: Difference)])], _ indent: Int) -> String {
        var text = ""
        var unchanged = 0
        for (type, blocks) in types {
            let shown = blocks.filter { $0.block.action != .none || showsUnchanged }
            unchanged += blocks.count - shown.count
            if !shown.isEmpty { text += "\n" }
            for (label, block) in shown {
                let heading = type.attributeName + (label.map { " " + $0.goQuoted } ?? "")
                text += line(block.action, indent, heading + " " + self.text(block, indent + 1))
            }
        }
        return text + (unchanged > 0 ? "\n" + hidden(unchanged, "block", indent) : "")
    }

    // MARK: Lists

    private func list(_ elements: [Difference], _ indent: Int, _ null: String, _ forced: String, showsContext: Bool) -> String {
        if elements.isEmpty { return "[]" + null + forced }
        func element(_ element: Difference, _ writer: DifferenceText) -> String {
            warnings(element, indent) + line(element.action, indent, writer.text(element, indent + 1) + ",")
        }
        var text = "[\(forced)\n"
        var skipped: [Difference] = []
        // What follows on a change is shown, and what is before one.
        var showsNext = false
        for difference in elements {
            if difference.action == .none, !showsUnchanged, !showsNext {
                skipped.append(difference)
                continue
            }
            showsNext = false
            if showsContext {
                text += hidden(max(0, skipped.count - 1), "element", indent)
                if let last = skipped.last { text += element(last, showingUnchanged) }
                skipped = []
                showsNext = difference.action != .none
            }
            text += element(difference, difference.action == .none ? showingUnchanged : hidingNull)
        }
        return text + hidden(skipped.count, "element", indent) + closing("]", indent) + null
    }
}

extension String {
    /// As a name, or in quotes if it is none.
    var attributeName: String { Names.isIdentifier(self) ? self : goQuoted }
}
