// Rounding becomes a call to libm when optimised; importing Glibc is what links it.
import Glibc

/// Writes the picture of a graph; see ``ResourceGraph/svg()``.
struct SVGDrawing {
    private static let boxWidth = 212.0
    private static let boxHeight = 48.0
    private static let margin = 24.0

    private let graph: ResourceGraph
    private let layout: LayeredLayout
    private let indices: [String: Int]

    init(_ graph: ResourceGraph) {
        self.graph = graph
        let nodes = graph.nodes
        let indices = Dictionary(uniqueKeysWithValues: nodes.enumerated().map { ($1.address, $0) })
        self.indices = indices
        let arrows = graph.edges.compactMap { edge in
            indices[edge.from].flatMap { from in indices[edge.to].map { LayeredLayout.Arrow(from: from, to: $0) } }
        }
        // A container uses the token of the agent that runs on it, so the two point at each other. The agent goes to the right.
        let layering = arrows.filter { !(nodes[$0.from].kind.isResource && !nodes[$0.to].kind.isResource) }
        layout = LayeredLayout(
            boxCount: nodes.count, arrows: arrows, layering: layering, box: (Self.boxWidth, Self.boxHeight), gap: (76, 18))
    }

    /// A picture of a sentence.
    static func message(_ text: String) -> String {
        """
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 560 80" width="560" height="80" role="img">
        <style>\(style)</style>
        <title>\(escaped(text))</title>
        <text class="name" x="280" y="45" text-anchor="middle">\(escaped(text))</text>
        </svg>

        """
    }

    func text() -> String {
        let width = number(layout.width + 2 * Self.margin)
        let height = number(layout.height + 2 * Self.margin)
        var lines = [
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(width) \(height)\" width=\"\(width)\" height=\"\(height)\" role=\"img\">",
            "<style>\(Self.style)</style>",
            "<title>Resource graph: \(graph.nodes.count) nodes</title>",
            "<defs>",
        ]
        for kind in EdgeKind.allCases {
            lines.append(
                "<marker id=\"\(kind.name)\" viewBox=\"0 0 10 10\" refX=\"9\" refY=\"5\" markerWidth=\"7\" markerHeight=\"7\" orient=\"auto-start-reverse\">"
                    + "<path class=\"head \(kind.name)\" d=\"M0 1 L9 5 L0 9 z\"/></marker>")
        }
        lines.append("</defs>")
        lines.append("<g class=\"edges\">")
        for (edge, waypoints) in zip(graph.edges, layout.waypoints) { lines += draw(edge, waypoints) }
        lines.append("</g>")
        for (index, node) in graph.nodes.enumerated() { lines += draw(node, at: layout.centres[index]) }
        lines.append("</svg>")
        return lines.joined(separator: "\n") + "\n"
    }

    private func draw(_ edge: GraphEdge, _ waypoints: [LayeredLayout.Point]) -> [String] {
        guard let from = indices[edge.from].map({ layout.centres[$0] }), let to = indices[edge.to].map({ layout.centres[$0] }) else {
            return []
        }
        let half = Self.boxWidth / 2
        var path: String
        if from.x == to.x {
            // Both in one column: a bow at their right.
            let x = from.x + half
            path = "M\(at(x, from.y)) C\(at(x + 44, from.y)) \(at(x + 44, to.y)) \(at(x + 3, to.y))"
        } else {
            let direction = from.x < to.x ? 1.0 : -1.0
            // Two arrows between the same boxes would lie on each other; those that lead right go a little lower.
            let shift = direction > 0 ? 10.0 : -4.0
            let end = LayeredLayout.Point(x: to.x - direction * (half + 3), y: to.y + shift)
            var current = LayeredLayout.Point(x: from.x + direction * half, y: from.y + shift)
            path = "M\(at(current.x, current.y))"
            for waypoint in waypoints.map({ LayeredLayout.Point(x: $0.x, y: $0.y + shift) }) {
                path += curve(current, LayeredLayout.Point(x: waypoint.x - direction * half, y: waypoint.y))
                current = LayeredLayout.Point(x: waypoint.x + direction * half, y: waypoint.y)
                path += " L\(at(current.x, current.y))"
            }
            path += curve(current, end)
        }
        let title = "\(edge.from) \(edge.kind.name) \(edge.to)"
        return [
            "<path class=\"edge \(edge.kind.name)\" d=\"\(path)\" marker-end=\"url(#\(edge.kind.name))\"><title>\(Self.escaped(title))</title></path>"
        ]
    }

    private func curve(_ start: LayeredLayout.Point, _ end: LayeredLayout.Point) -> String {
        let bend = (end.x - start.x) * 0.5
        return " C\(at(start.x + bend, start.y)) \(at(end.x - bend, end.y)) \(at(end.x, end.y))"
    }

    private func at(_ x: Double, _ y: Double) -> String {
        "\(number(x + Self.margin)),\(number(y + Self.margin))"
    }

    private func draw(_ node: GraphNode, at centre: LayeredLayout.Point) -> [String] {
        let x = centre.x - Self.boxWidth / 2 + Self.margin
        let y = centre.y - Self.boxHeight / 2 + Self.margin
        let (w, h) = (Self.boxWidth, Self.boxHeight)
        var title = "\(node.address)\n\(node.kind.name) \(node.type)"
        if let remoteID = node.remoteID { title += "\nid: \(remoteID)" }
        if node.change != .none { title += "\nchange: \(node.change.name)" }
        let radius =
            switch node.kind {
            case .agent: h / 2
            case .app: 0.0
            case .managed, .data, .external: 6.0
            case .script, .environment, .metadata: 14.0
            }
        let shape =
            node.kind == .app
            ? "<polygon class=\"shape\" points=\"\(number(x + 14)),\(number(y)) \(number(x + w - 14)),\(number(y)) \(number(x + w)),\(number(y + h / 2)) "
                + "\(number(x + w - 14)),\(number(y + h)) \(number(x + 14)),\(number(y + h)) \(number(x)),\(number(y + h / 2))\"/>"
            : "<rect class=\"shape\" x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(w))\" height=\"\(number(h))\" rx=\"\(number(radius))\"/>"
        var lines = [
            "<g class=\"node \(node.kind.name) \(node.change.name)\">", "<title>\(Self.escaped(title))</title>", shape,
            "<text class=\"type\" x=\"\(number(x + 18))\" y=\"\(number(y + 19))\">\(Self.escaped(Self.cut(node.type, 25)))</text>",
            "<text class=\"name\" x=\"\(number(x + 18))\" y=\"\(number(y + 36))\">\(Self.escaped(Self.cut(node.name, 19)))</text>",
        ]
        if let sign = Self.sign(node.change) {
            lines.append(
                "<text class=\"sign\" x=\"\(number(x + w - 22))\" y=\"\(number(y + h / 2 + 6))\" text-anchor=\"middle\">\(sign)</text>")
        }
        lines.append("</g>")
        return lines
    }

    private static func sign(_ change: ResourceChange) -> String? {
        switch change {
        case .none: nil
        case .create: "+"
        case .update: "~"
        case .replace: "±"
        case .delete: "−"
        case .read: "?"
        }
    }

    /// At most `count` characters, the last of which says if some are missing.
    private static func cut(_ text: String, _ count: Int) -> String {
        text.count <= count ? text : String(text.prefix(count - 1)) + "…"
    }

    /// One decimal is enough for a screen, and the same on every machine.
    private func number(_ value: Double) -> String {
        let tenths = Int((value * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        return tenths.isMultiple(of: 10) ? "\(tenths / 10)" : "\(sign)\(abs(tenths) / 10).\(abs(tenths) % 10)"
    }

    /// Text for XML, without the characters that XML cannot have.
    private static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "\"": result += "&quot;"
            case "\n", "\t": result.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: result += "\u{FFFD}"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static let style = """

        text { font-family: system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; fill: #1f2328 }
        .type { font-size: 11px; fill: #59636e } .name { font-size: 13px; font-weight: 600 } .sign { font-size: 18px; font-weight: 700 }
        .shape { fill: #ffffff; stroke: #8c959f; stroke-width: 1.5 }
        .agent .shape { fill: #ddf4ff } .app .shape { fill: #fff8c5 }
        .script .shape, .env .shape, .metadata .shape { fill: #f6f8fa }
        .data .shape { stroke-dasharray: 6 4 } .external .shape { stroke-dasharray: 2 3 }
        .create .shape { stroke: #1a7f37; stroke-width: 2 } .create .sign { fill: #1a7f37 }
        .update .shape { stroke: #9a6700; stroke-width: 2 } .update .sign { fill: #9a6700 }
        .replace .shape { stroke: #8250df; stroke-width: 2 } .replace .sign { fill: #8250df }
        .delete .shape { stroke: #cf222e; stroke-width: 2 } .delete .sign { fill: #cf222e } .delete .name { text-decoration: line-through }
        .read .shape { stroke: #0969da } .read .sign { fill: #0969da }
        .edge { fill: none; stroke: #8c959f; stroke-width: 1.5 } .head { fill: #8c959f }
        .edge.runs_on { stroke: #0969da; stroke-width: 2 } .head.runs_on { fill: #0969da }
        .edge.part_of { stroke: #bf8700 } .head.part_of { fill: #bf8700 }
        .edge.describes { stroke-dasharray: 4 3 }
        @media (prefers-color-scheme: dark) {
        text { fill: #f0f6fc } .type { fill: #9198a1 }
        .shape { fill: #151b23; stroke: #6e7681 }
        .agent .shape { fill: #0c2d6b } .app .shape { fill: #3b2300 }
        .script .shape, .env .shape, .metadata .shape { fill: #212830 }
        .create .shape { stroke: #3fb950 } .create .sign { fill: #3fb950 } .update .shape { stroke: #d29922 } .update .sign { fill: #d29922 }
        .replace .shape { stroke: #ab7df8 } .replace .sign { fill: #ab7df8 } .delete .shape { stroke: #f85149 } .delete .sign { fill: #f85149 }
        .read .shape { stroke: #4493f8 } .read .sign { fill: #4493f8 }
        .edge { stroke: #6e7681 } .head { fill: #6e7681 } .edge.runs_on { stroke: #4493f8 } .head.runs_on { fill: #4493f8 }
        .edge.part_of { stroke: #d29922 } .head.part_of { fill: #d29922 }
        }

        """
}
