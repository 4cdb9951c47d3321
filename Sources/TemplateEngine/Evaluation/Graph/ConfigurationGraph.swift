package import HCL
package import TemplateConfiguration

/// What of a configuration depends on what, as its text says, before anything is computed.
package struct ConfigurationGraph: Sendable {
    /// Ordered by their labels.
    package let nodes: [ConfigurationNode]
    /// What must be done before a node; never the node itself.
    package let dependencies: [ConfigurationNode: Set<ConfigurationNode>]

    package init(_ configuration: Configuration, _ catalog: ProviderCatalog) {
        var builder = ConfigurationGraphBuilder(configuration: configuration, catalog: catalog)
        builder.build()
        nodes = builder.dependencies.keys.sorted(byText: \.label)
        dependencies = builder.dependencies
    }

    /// The nodes, each after everything it depends on; within a cycle in some order.
    package var order: [ConfigurationNode] { components.flatMap(\.self) }

    /// Nodes that depend on each other, ordered by their labels.
    package var cycles: [[ConfigurationNode]] {
        components.filter { $0.count > 1 }.map { component in
            let members = Set(component)
            return nodes.filter { members.contains($0) }
        }
    }

    /// An error for each cycle.
    package var cycleDiagnostics: Diagnostics {
        cycles.map { .error("Cycle: " + $0.map(\.label).joined(separator: ", ")) }
    }

    /// Groups of nodes that depend on each other, most of one node; a group comes after those it depends on (Tarjan's algorithm,
    /// with a stack of its own: chains can be long).
    private var components: [[ConfigurationNode]] {
        var search = ComponentSearch(count: nodes.count)
        let indices = Dictionary(uniqueKeysWithValues: nodes.enumerated().map { ($1, $0) })
        let edges = nodes.map { node in (dependencies[node] ?? []).compactMap { indices[$0] }.sorted() }
        for index in nodes.indices { search.visit(index, edges) }
        return search.components.map { $0.map { nodes[$0] } }
    }
}

/// Finds strongly connected components.
private struct ComponentSearch {
    private var number: [Int]
    private var low: [Int]
    private var isOpen: [Bool]
    private var open: [Int] = []
    private var next = 0
    private(set) var components: [[Int]] = []

    init(count: Int) {
        number = Array(repeating: -1, count: count)
        low = number
        isOpen = Array(repeating: false, count: count)
    }

    mutating func visit(_ start: Int, _ edges: [[Int]]) {
        guard number[start] < 0 else { return }
        var path: [(node: Int, edge: Int)] = []
        enter(start, &path)
        while let (node, edge) = path.last {
            if edge < edges[node].count {
                path[path.count - 1].edge += 1
                let target = edges[node][edge]
                if number[target] < 0 {
                    enter(target, &path)
                } else if isOpen[target] {
                    low[node] = min(low[node], number[target])
                }
                continue
            }
            path.removeLast()
            if let parent = path.last?.node { low[parent] = min(low[parent], low[node]) }
            if low[node] == number[node] { close(node) }
        }
    }

    private mutating func enter(_ node: Int, _ path: inout [(node: Int, edge: Int)]) {
        number[node] = next
        low[node] = next
        next += 1
        open.append(node)
        isOpen[node] = true
        path.append((node, 0))
    }

    private mutating func close(_ node: Int) {
        var component: [Int] = []
        while let member = open.popLast() {
            isOpen[member] = false
            component.append(member)
            if member == node { break }
        }
        components.append(component)
    }
}
