import HCL
import ProviderKit
import TemplateConfiguration
import TemplateState

/// What a plan does, a line for each object.
struct PlanSummary {
    let plan: Plan
    let isColoured: Bool

    /// Several lines, without a newline at the end.
    var text: String {
        let changes = plan.changes.filter { $0.action != .noOp || $0.previousAddress != nil || $0.isImport }
        var lines = changes.map(line)
        for (name, output) in plan.outputs.sorted(by: { $0.key < $1.key }) where output.action != .noOp {
            lines.append("  \(symbol(output.action)) output.\(name)")
        }
        guard !lines.isEmpty else { return "No changes: what exists is as the template describes it." }
        func count(_ actions: Set<ResourceChange.Action>) -> Int { plan.changes.filter { actions.contains($0.action) }.count }
        let imports = plan.changes.filter(\.isImport).count
        let counts = [
            imports > 0 ? "\(imports) to import" : nil, "\(count([.create, .replace, .createThenDelete])) to add",
            "\(count([.update])) to change", "\(count([.delete, .replace, .createThenDelete])) to destroy",
        ]
        return (lines + ["", "Plan: \(counts.compactMap(\.self).joined(separator: ", "))."]).joined(separator: "\n")
    }

    private func line(_ change: ResourceChange) -> String {
        var notes: [String] = []
        if let key = change.deposedKey { notes.append("deposed object \(key)") }
        if let previous = change.previousAddress { notes.append("moved from \(previous)") }
        if change.isImport { notes.append("imported") }
        if let reason = change.reason { notes.append(reason.rawValue.map { $0 == "_" ? " " : $0 }.map(String.init).joined()) }
        if !change.replacePaths.isEmpty {
            // A path begins with a dot.
            let paths = change.replacePaths.map { String($0.map(\.text).joined().drop { $0 == "." }) }
            notes.append("by a change of \(paths.joined(separator: ", "))")
        }
        return "  \(symbol(change.action)) \(change.address)" + (notes.isEmpty ? "" : "  (\(notes.joined(separator: "; ")))")
    }

    private func symbol(_ action: ResourceChange.Action) -> String {
        let (text, colour): (String, Int) =
            switch action {
            case .noOp: ("  ", 0)
            case .create: ("+", 32)
            case .read: ("<=", 36)
            case .update: ("~", 33)
            case .delete: ("-", 31)
            case .replace: ("-/+", 35)
            case .createThenDelete: ("+/-", 35)
            case .forget: (".", 33)
            }
        let padded = String(repeating: " ", count: max(0, 3 - text.count)) + text
        return isColoured && colour > 0 ? "\u{1B}[\(colour)m\(padded)\u{1B}[0m" : padded
    }
}
