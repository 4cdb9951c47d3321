import HCL
import TemplateConfiguration

/// What `terraform graph` prints, read for what resources depend on.
///
/// Both forms are understood: the graph of a walk (`"[root] docker_container.web (expand)" -> …`), and the short one of later
/// versions, of resources alone.
struct TerraformGraph {
    let distances: DependencyDistances

    init(_ text: String) {
        var edges: [String: [String]] = [:]
        var resources: [String: ConfiguredResourceAddress] = [:]
        for line in text.split(separator: "\n") {
            let names = Self.quoted(line)
            guard let first = names.first else { continue }
            let isEdge = line.contains("\" -> \"")
            for name in isEdge ? names.prefix(2) : [first] {
                if edges[name] == nil {
                    edges[name] = []
                    resources[name] = Self.resource(name)
                }
            }
            if isEdge, names.count >= 2 { edges[first]?.append(names[1]) }
        }
        distances = DependencyDistances(edges: edges) { resources[$0] }
    }

    /// The address in a node's name; nil for variables, providers, modules and the like.
    private static func resource(_ name: String) -> ConfiguredResourceAddress? {
        var text = name[...]
        if text.hasPrefix("[root] ") { text = text.dropFirst("[root] ".count) }
        guard !text.hasSuffix(" (close)") else { return nil }
        if text.hasSuffix(" (expand)") { text = text.dropLast(" (expand)".count) }
        // Other nodes of the graph (providers, variables, outputs) are no resources.
        return (try? ResourceInstanceAddress.parse(String(text)))?.configured
    }

    /// The quoted texts of a line.
    private static func quoted(_ line: Substring) -> [String] {
        var found: [String] = []
        var current: [UInt8]?
        var isEscape = false
        for byte in line.utf8 {
            if isEscape {
                current?.append(byte)
                isEscape = false
            } else if byte == UInt8(ascii: "\\") {
                isEscape = true
            } else if byte == UInt8(ascii: "\"") {
                if let text = current {
                    found.append(String(decoding: text, as: UTF8.self))
                    current = nil
                } else {
                    current = []
                }
            } else {
                current?.append(byte)
            }
        }
        return found
    }
}
