/// Looks for a circle in a directed graph.
enum DependencyCycle {
    private enum Colour {
        case unseen
        case onPath
        case done
    }

    /// A circle, each node once, beginning with its lowest; nil if there is none.
    ///
    /// Depth first with a stack of its own, so that a chain of any length fits. Takes time in proportion to nodes and edges.
    /// - Parameter successors: for each node, where its arrows lead.
    static func find(_ successors: [[Int]]) -> [Int]? {
        var colours = [Colour](repeating: .unseen, count: successors.count)
        for root in successors.indices where colours[root] == .unseen {
            var path = [root]
            var nextSuccessor = [0]
            colours[root] = .onPath
            while let node = path.last {
                let position = nextSuccessor[nextSuccessor.count - 1]
                guard position < successors[node].count else {
                    colours[node] = .done
                    path.removeLast()
                    nextSuccessor.removeLast()
                    continue
                }
                nextSuccessor[nextSuccessor.count - 1] += 1
                let successor = successors[node][position]
                switch colours[successor] {
                case .done: continue
                case .unseen:
                    colours[successor] = .onPath
                    path.append(successor)
                    nextSuccessor.append(0)
                case .onPath:
                    let start = path.lastIndex(of: successor) ?? 0
                    return rotated(Array(path[start...]))
                }
            }
        }
        return nil
    }

    private static func rotated(_ cycle: [Int]) -> [Int] {
        guard let lowest = cycle.indices.min(by: { cycle[$0] < cycle[$1] }) else { return cycle }
        return Array(cycle[lowest...] + cycle[..<lowest])
    }
}
