extension ResourceGraph {
    /// The graph in Graphviz' language, the same for equal graphs. Attributes are not in it.
    package func dot() -> String {
        var lines = [
            "digraph berth {", "  rankdir=RL;", "  node [fontname=\"sans-serif\", fontsize=11];",
            "  edge [fontname=\"sans-serif\", fontsize=9];",
        ]
        for node in nodes {
            var attributes = [
                "label=\(Self.quoted(node.type, node.name))", "shape=\(Self.shape(node.kind))", "tooltip=\(Self.quoted(node.address))",
            ]
            if let style = Self.style(node.kind) { attributes.append("style=\"\(style)\"") }
            if let colour = Self.colour(node.change) { attributes.append("color=\"\(colour)\"") }
            lines.append("  \(Self.quoted(node.address)) [\(attributes.joined(separator: ", "))];")
        }
        for edge in edges {
            let attributes =
                switch edge.kind {
                case .dependsOn: ""
                case .runsOn: " [style=bold, label=\"runs on\"]"
                case .partOf: " [style=bold, arrowhead=odiamond]"
                case .describes: " [style=dashed, arrowhead=none]"
                }
            lines.append("  \(Self.quoted(edge.from)) -> \(Self.quoted(edge.to))\(attributes);")
        }
        lines.append("}")
        return lines.joined(separator: "\n") + "\n"
    }

    /// A quoted string whose lines are the parts. Backslashes are doubled: Graphviz would read `\N` and the like in labels.
    private static func quoted(_ lines: String...) -> String {
        let escaped = lines.map { line in
            var text = ""
            for scalar in line.unicodeScalars {
                switch scalar {
                case "\"": text += "\\\""
                case "\\": text += "\\\\"
                case "\n": text += "\\n"
                case _ where scalar.value < 0x20 || scalar.value == 0x7F: text += " "
                default: text.unicodeScalars.append(scalar)
                }
            }
            return text
        }
        return "\"\(escaped.joined(separator: "\\n"))\""
    }

    private static func shape(_ kind: NodeKind) -> String {
        switch kind {
        case .managed, .data, .external: "box"
        case .agent: "ellipse"
        case .app: "hexagon"
        case .script, .environment, .metadata: "note"
        }
    }

    private static func style(_ kind: NodeKind) -> String? {
        switch kind {
        case .data: "dashed"
        case .external: "dotted"
        default: nil
        }
    }

    private static func colour(_ change: ResourceChange) -> String? {
        switch change {
        case .none: nil
        case .create: "#1a7f37"
        case .update: "#9a6700"
        case .replace: "#8250df"
        case .delete: "#cf222e"
        case .read: "#0969da"
        }
    }
}
