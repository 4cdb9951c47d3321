import HCL
import ProviderKit
import TemplateConfiguration

/// A plan as Terraform prints it for people.
package struct PlanText {
    package var plan: Plan
    package var schemas: StateJSON.Schemas
    package var style: TextStyle
    /// Whether planning found errors, so that this is only what was decided before them.
    package var isErrored: Bool

    package init(_ plan: Plan, style: TextStyle = .plain, isErrored: Bool = false, schemas: @escaping StateJSON.Schemas) {
        self.plan = plan
        self.schemas = schemas
        self.style = style
        self.isErrored = isErrored
    }

    /// From the line about symbols, or that there are no changes, to the outputs; ends with a newline.
    package func text() -> String {
        let shown = plan.changes.filter { $0.action != .noOp || $0.previousAddress != nil || $0.isImport }
        let outputs = outputChanges()
        if shown.isEmpty, outputs.isEmpty { return nothing() }
        var text = ""
        if !shown.isEmpty {
            text += legend(shown)
            text +=
                isErrored
                ? "\nTerraform planned the following actions, but then encountered a problem:\n"
                : "\nTerraform will perform the following actions:\n"
            for change in shown { text += "\n" + self.text(change) + "\n" }
            text += "\n" + summary(shown)
        }
        if !outputs.isEmpty {
            text += "\nChanges to Outputs:\n" + outputs
            if shown.isEmpty, !isErrored {
                text +=
                    "\nYou can apply this plan to save these new output values to the Terraform\nstate, without changing any real infrastructure.\n"
            }
        }
        return text
    }

    private func nothing() -> String {
        if isErrored { return "" }
        if plan.isDestroy {
            return style("\n[reset][bold][green]No changes.[reset][bold] No objects need to be destroyed.[reset]") + "\n\n"
                + "Either you have not created any objects yet or the existing objects were\nalready deleted outside of Terraform.\n"
        }
        return style("\n[reset][bold][green]No changes.[reset][bold] Your infrastructure matches the configuration.[reset]") + "\n\n"
            + "Terraform has compared your real infrastructure against your configuration\nand found no differences, so no changes are needed.\n"
    }

    private func legend(_ changes: [ResourceChange]) -> String {
        let used = Set(changes.map(\.action))
        var text =
            "\nTerraform used the selected providers to generate the following execution\nplan. Resource actions are indicated with the following symbols:\n"
        let meanings: [(ResourceChange.Action, String)] = [
            (.create, "create"), (.update, "update in-place"), (.delete, "destroy"),
            (.replace, "destroy and then create replacement"), (.createThenDelete, "create replacement and then destroy"),
            (.read, "read (data resources)"),
        ]
        for (action, meaning) in meanings where used.contains(action) { text += style(action.symbolTemplate + " " + meaning) + "\n" }
        return text
    }

    private func text(_ change: ResourceChange) -> String {
        let block = schemas(change.address.resource, change.provider)?.block ?? BlockSchema(ofWhatIsIn: [change.before, change.after])
        let builder = DifferenceBuilder(
            replacing: Set(change.replacePaths), emptyIsAbsent: change.provider.provider != .builtin)
        let before =
            change.before.isNull || change.action == .create || change.action == .read ? nil : block.markingSensitive(change.before)
        let after = change.after.isNull ? (change.action == .forget ? before : nil) : block.markingSensitive(change.after)
        let keyword = change.address.resource.mode == .data ? "data" : "resource"
        let names = "\(change.address.resource.type.inQuotes) \(change.address.resource.name.inQuotes)"
        let body = DifferenceText(style: style).text(builder.block(before, after, block), 0)
        return PlanHeading(style: style).text(change) + style(change.action.symbolTemplate) + " " + keyword + " " + names + " " + body
    }

    private func summary(_ changes: [ResourceChange]) -> String {
        func count(_ actions: ResourceChange.Action...) -> Int { changes.count { actions.contains($0.action) } }
        let imports = changes.count { $0.isImport }
        return style(
            "[bold]Plan:[reset] " + (imports > 0 ? "\(imports) to import, " : "")
                + "\(count(.create, .replace, .createThenDelete)) to add, \(count(.update)) to change, "
                + "\(count(.delete, .replace, .createThenDelete)) to destroy.\n")
    }

    private func outputChanges() -> String {
        let changes = plan.outputs.sortedByName.filter { $0.1.action != .noOp }
        // The width is that of all outputs, also those that stay.
        let width = plan.outputs.keys.map(\.utf8.count).max() ?? 0
        var text = ""
        for (name, change) in changes {
            var (before, after) = (change.before.unmarkedDeep().0, change.after.unmarkedDeep().0)
            if change.isSensitive {
                before = before.marked(with: .sensitive)
                after = after.marked(with: .sensitive)
            }
            let difference = DifferenceBuilder().open(
                change.action == .create ? nil : before, change.action == .delete ? nil : after)
            let padding = String(repeating: " ", count: max(0, width - name.unicodeScalars.count))
            text += style.symbol(difference.action) + " " + name + padding + " = "
            text += DifferenceText(style: style).text(difference, 0) + "\n"
        }
        return text
    }
}

extension BlockSchema {
    /// For a type whose schema nobody has: every member is an attribute, of any type.
    fileprivate init(ofWhatIsIn values: [Value]) {
        let names = Set(values.flatMap { ($0.members ?? [:]).keys })
        self.init(attributes: Dictionary(uniqueKeysWithValues: names.map { ($0, AttributeSchema(.dynamic, .optional)) }))
    }
}

extension String {
    fileprivate var inQuotes: String { "\"\(self)\"" }
}

extension ResourceChange.Action {
    /// With the names of colours.
    fileprivate var symbolTemplate: String {
        switch self {
        case .noOp: "   "
        case .create: "  [green]+[reset]"
        case .read: " [cyan]<=[reset]"
        case .update: "  [yellow]~[reset]"
        case .delete: "  [red]-[reset]"
        case .replace: "[red]-[reset]/[green]+[reset]"
        case .createThenDelete: "[green]+[reset]/[red]-[reset]"
        case .forget: " [red].[reset]"
        }
    }
}
