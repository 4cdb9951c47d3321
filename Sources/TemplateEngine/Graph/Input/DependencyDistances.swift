package import TemplateConfiguration

/// Which resource depends on which, and how far apart they are.
package struct DependencyDistances: Sendable {
    /// For each resource the ones it depends on directly, with no other resource between.
    package private(set) var direct: [ConfiguredResourceAddress: [ConfiguredResourceAddress: Int]] = [:]
    private var reversed: [ConfiguredResourceAddress: [ConfiguredResourceAddress: Int]] = [:]

    package init() {}

    /// From complete lists of what each resource depends on, as a state has them: directly and through others.
    package init(complete lists: [ConfiguredResourceAddress: Set<ConfiguredResourceAddress>]) {
        for (resource, list) in lists {
            add(resource)
            for dependency in list where dependency != resource {
                // What another dependency depends on is reached through that.
                let isIndirect = list.contains { other in
                    other != dependency && other != resource && lists[other]?.contains(dependency) == true
                        && lists[dependency]?.contains(other) != true
                }
                if !isIndirect { add(resource, dependsOn: dependency) }
            }
        }
    }

    /// From a graph in which other things stand between resources: each of them is a step.
    init<Vertex: Hashable>(edges: [Vertex: [Vertex]], resource: (Vertex) -> ConfiguredResourceAddress?) {
        for start in edges.keys {
            guard let address = resource(start) else { continue }
            add(address)
            var seen: Set<Vertex> = [start]
            var ring = [start]
            var steps = 0
            while !ring.isEmpty {
                steps += 1
                var next: [Vertex] = []
                for from in ring {
                    for to in edges[from] ?? [] where seen.insert(to).inserted {
                        if let dependency = resource(to) { add(address, dependsOn: dependency, steps: steps) } else { next.append(to) }
                    }
                }
                ring = next
            }
        }
    }

    package mutating func add(_ resource: ConfiguredResourceAddress) {
        direct[resource, default: [:]] = direct[resource] ?? [:]
    }

    /// - Parameter steps: at least 1; of several the least counts.
    package mutating func add(_ resource: ConfiguredResourceAddress, dependsOn dependency: ConfiguredResourceAddress, steps: Int = 1) {
        guard resource != dependency else { return }
        direct[resource, default: [:]][dependency] = min(steps, direct[resource]?[dependency] ?? .max)
        reversed[dependency, default: [:]][resource] = min(steps, reversed[dependency]?[resource] ?? .max)
    }

    package func isKnown(_ resource: ConfiguredResourceAddress) -> Bool { direct[resource] != nil || reversed[resource] != nil }

    /// What a resource depends on, directly or through others, and how far away it is; the resource itself is not in it.
    package func dependencies(of resource: ConfiguredResourceAddress) -> [ConfiguredResourceAddress: Int] {
        Self.distances(from: resource, along: direct)
    }

    /// What depends on a resource, directly or through others, and how far away it is; the resource itself is not in it.
    package func dependents(of resource: ConfiguredResourceAddress) -> [ConfiguredResourceAddress: Int] {
        Self.distances(from: resource, along: reversed)
    }

    /// Takes time in proportion to the edges, and to the greatest distance.
    private static func distances(
        from start: ConfiguredResourceAddress, along edges: [ConfiguredResourceAddress: [ConfiguredResourceAddress: Int]]
    ) -> [ConfiguredResourceAddress: Int] {
        var found = [start: 0]
        // Those at each distance; one that is reached on a shorter way later stands in two, and counts in the first.
        var rings = [[start]]
        var distance = 0
        while distance < rings.count {
            for resource in rings[distance] where found[resource] == distance {
                for (next, steps) in edges[resource] ?? [:] where distance + steps < found[next] ?? .max {
                    let total = distance + steps
                    found[next] = total
                    while rings.count <= total { rings.append([]) }
                    rings[total].append(next)
                }
            }
            distance += 1
        }
        found[start] = nil
        return found
    }
}
