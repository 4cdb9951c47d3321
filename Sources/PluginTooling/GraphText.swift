import JSON
package import ResourceGraph

/// A resource graph for a terminal: what there is, what happens to it, and what hangs on it.
package struct GraphText {
    private let graph: ResourceGraph
    private let isColoured: Bool

    package init(_ graph: ResourceGraph, isColoured: Bool) {
        self.graph = graph
        self.isColoured = isColoured
    }

    /// Several lines, without a newline at the end.
    package var text: String {
        guard !graph.nodes.isEmpty else { return "nothing exists" }
        var lines: [String] = []
        let width = min(60, graph.resources.map(\.address.count).max() ?? 0)
        for resource in graph.resources {
            let padding = String(repeating: " ", count: max(0, width - resource.address.count))
            lines.append("\(mark(resource.change)) \(resource.address)\(padding)  \(dim(resource.remoteID ?? "(known after apply)"))")
            let targets = graph.edges.filter { $0.from == resource.address && $0.kind == .dependsOn }.map(\.to)
            if !targets.isEmpty { lines.append("    needs \(targets.joined(separator: ", "))") }
            for agent in graph.agents where agent.resource == resource.address { lines += describe(agent) }
            for metadata in graph.metadata where metadata.resource == resource.address {
                for item in metadata.items where !item.isNull {
                    lines.append("    \(item.key): \(item.isSensitive ? "***" : item.value ?? "")")
                }
            }
        }
        if !graph.outputs.isEmpty {
            lines.append("outputs:")
            for output in graph.outputs { lines.append("  \(output.name) = \(output.isSensitive ? "***" : output.value.serialized())") }
        }
        return lines.joined(separator: "\n")
    }

    /// "2 to create, 1 unchanged"
    package var summary: String {
        let names: [(ResourceChange, String)] = [
            (.create, "to create"), (.update, "to update"), (.replace, "to replace"), (.delete, "to delete"), (.none, "unchanged"),
        ]
        let parts = names.compactMap { change, name in
            let count = graph.resources.count { $0.kind == .managed && $0.change == change }
            return count == 0 ? nil : "\(count) \(name)"
        }
        return parts.isEmpty ? "nothing to do" : parts.joined(separator: ", ")
    }

    private func describe(_ agent: Agent) -> [String] {
        var lines = ["    agent \(agent.name) (\(agent.os)/\(agent.arch))"]
        for app in graph.apps where app.agent == agent.address {
            lines.append("      app \(app.slug)  \(dim(app.url ?? app.command ?? ""))")
        }
        for script in graph.scripts where script.agent == agent.address { lines.append("      script \(script.displayName)") }
        return lines
    }

    private func mark(_ change: ResourceChange) -> String {
        switch change {
        case .create: colour("+", 32)
        case .update: colour("~", 33)
        case .replace: colour("±", 35)
        case .delete: colour("-", 31)
        case .read: colour("<", 36)
        case .none: " "
        }
    }

    private func dim(_ text: String) -> String { colour(text, 2) }

    private func colour(_ text: String, _ code: Int) -> String {
        isColoured && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
    }
}
