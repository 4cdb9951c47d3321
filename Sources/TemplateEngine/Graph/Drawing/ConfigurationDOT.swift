import HCL
package import TemplateConfiguration

/// A configuration as a picture in Graphviz' language, before anything runs: everything that has a name, and what it refers to.
///
/// Modules are frames. The text is the same for equal configurations.
package struct ConfigurationDOT {
    private typealias Vertex = ConfigurationReferences.Vertex
    private let configuration: Configuration
    private let edges: [Vertex: [Vertex]]
    private var lines: [String] = []

    package init(_ configuration: Configuration) {
        self.configuration = configuration
        edges = ConfigurationReferences(configuration).edges
    }

    /// The picture.
    package var text: String {
        var copy = self
        copy.draw()
        return copy.lines.joined(separator: "\n") + "\n"
    }

    private mutating func draw() {
        lines = [
            "digraph template {", "  rankdir=RL;", "  compound=true;", "  node [fontname=\"sans-serif\", fontsize=11];",
            "  edge [color=\"#888888\"];",
        ]
        var members: [ModuleAddress: [Vertex]] = [:]
        for vertex in edges.keys { members[vertex.module, default: []].append(vertex) }
        draw(.root, members, indentation: "  ")
        for from in edges.keys.sorted(by: { $0.address < $1.address }) {
            for to in edges[from] ?? [] { lines.append("  \(from.address.dotQuoted) -> \(to.address.dotQuoted);") }
        }
        lines.append("}")
    }

    private mutating func draw(_ module: ModuleAddress, _ members: [ModuleAddress: [Vertex]], indentation: String) {
        for vertex in (members[module] ?? []).sorted(by: { $0.address < $1.address }) {
            lines.append("\(indentation)\(vertex.address.dotQuoted) [label=\(vertex.label.dotQuoted), \(vertex.style)];")
        }
        for call in (configuration[module]?.moduleCalls ?? [:]).keys.sorted() {
            let child = module.child(call)
            guard configuration[child] != nil else { continue }
            lines.append("\(indentation)subgraph \("cluster_\(child)".dotQuoted) {")
            lines.append("\(indentation)  label=\("module.\(call)".dotQuoted); style=rounded; color=\"#888888\";")
            draw(child, members, indentation: indentation + "  ")
            lines.append("\(indentation)}")
        }
    }
}

extension ConfigurationReferences.Vertex {
    /// The frame it is drawn in.
    fileprivate var module: ModuleAddress {
        switch self {
        case .resource(let address): address.module
        case .variable(let module, _), .local(let module, _), .output(let module, _), .call(let module), .provider(let module, _): module
        }
    }

    fileprivate var label: String {
        switch self {
        case .resource(let address): address.resource.description
        case .variable(_, let name): "var.\(name)"
        case .local(_, let name): "local.\(name)"
        case .output(_, let name): "output.\(name)"
        case .call: "call"
        case .provider(_, let provider): "provider.\(provider)"
        }
    }

    /// Unique in the picture.
    fileprivate var address: String { module.isRoot ? label : "\(module).\(label)" }

    fileprivate var style: String {
        switch self {
        case .resource(let address): address.resource.mode == .managed ? "shape=box" : "shape=box, style=dashed"
        case .variable, .output: "shape=note"
        case .local: "shape=plaintext"
        case .call: "shape=point"
        case .provider: "shape=diamond"
        }
    }
}

extension String {
    /// In quotes. Backslashes are doubled: Graphviz would read `\N` and the like in labels.
    fileprivate var dotQuoted: String {
        var text = "\""
        for scalar in unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F: text += " "
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}
