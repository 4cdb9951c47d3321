import JSON
import PluginLoading
import ResourceGraph

extension ConformanceSuite {
    static let planTests: [ConformanceTest] = [
        ConformanceTest("plan-pure", "Plan changes nothing anywhere.", requirements: ["P-024"], after: behaves) { session in
            let backend = try session.backend()
            try session.require(.plan, in: backend)
            try checkPure(backend, "of a start")
            guard backend.offers(.apply), try backend.run(.apply).isOK else { return nil }
            try checkPure(backend, "of what is there")
            try checkPure(backend, "of destroy", destroy: true)
            if backend.offers(.destroy) { try backend.run(.destroy) }
            return nil
        },
        ConformanceTest("plan-deterministic", "The same request gives the same plan.", requirements: ["P-025"], after: behaves) { session in
            let backend = try session.backend()
            try session.require(.plan, in: backend)
            let id = OperationID.new()
            let first = try backend.run(.plan, id: id).said
            let second = try backend.run(.plan, id: id).said
            try expectSame(first, second, ("the first plan", "the second"), withChanges: true)
            try expect(first.plan == second.plan, "two plans of the same request kept different bytes for apply")
            try expect(first.documents == second.documents, "two plans of the same request published different documents")
            return nil
        },
    ]

    static let changeTests: [ConformanceTest] = [
        ConformanceTest("graph-changes", "Plan says of each managed resource what would change.", requirements: ["P-031"], after: graph) {
            session in
            let backend = try session.backend()
            try session.require(.plan, in: backend)
            let record = try backend.run(.plan)
            try record.expectOK()
            for node in record.said.nodes where node.kind == .managed && node.change == .none && node.remoteID == nil {
                throw ConformanceStop.failed(
                    "plan of a start reports \(node.address) without a remote_id and with change none or unset; what is not there is to be created"
                )
            }
            return nil
        },
        ConformanceTest("plan-converges", "After apply there is nothing to change.", requirements: ["P-033"], after: ["graph-changes"]) {
            session in
            let backend = try session.backend()
            try session.require(.plan, .apply, in: backend)
            try backend.run(.apply).expectOK()
            let record = try backend.run(.plan)
            try record.expectOK("after apply")
            for node in record.said.nodes where node.kind == .managed && node.change != .none {
                throw ConformanceStop.failed(
                    "plan after apply with the same inputs reports change \(node.change.name) of \(node.address), none was expected")
            }
            if backend.offers(.destroy) { try backend.run(.destroy) }
            return nil
        },
    ]

    private static func checkPure(_ backend: Backend, _ what: String, destroy: Bool = false) throws {
        let listed = try backend.inventory()
        let before = TreeSnapshot.settled(backend.directory)
        let record = try backend.run(.plan) { $0.planDestroy = destroy }
        try record.expectNoViolations(for: "plan-pure")
        try record.expectOK(what)
        if let call = record.said.calls.first(where: { $0.function == "checkpoint" }) {
            throw ConformanceStop.failed("plan \(what) stored a checkpoint, in \(call.description)")
        }
        let changes = before.differences(to: TreeSnapshot(backend.directory))
        try expect(changes.isEmpty, "plan \(what) changed files below ${TEMP}: \(list(changes))")
        let after = try backend.inventory()
        try expect(listed == after, "the inventory was \(list(listed ?? [])) before plan \(what), and \(list(after ?? [])) after it")
    }
}

/// Ends the test unless two jobs reported the same graph.
///
/// - Parameter withChanges: whether ``GraphNode/change`` is compared, too.
func expectSame(_ first: ProbeSink.Record, _ second: ProbeSink.Record, _ names: (String, String), withChanges: Bool) throws {
    func byAddress(_ nodes: [GraphNode]) -> [String: GraphNode] { Dictionary(nodes.map { ($0.address, $0) }, uniquingKeysWith: { $1 }) }
    let left = byAddress(first.nodes)
    let right = byAddress(second.nodes)
    for address in Set(left.keys).union(right.keys).sorted() {
        guard let one = left[address] else { throw ConformanceStop.failed("\(names.1) reports \(address), \(names.0) does not") }
        guard let other = right[address] else { throw ConformanceStop.failed("\(names.0) reports \(address), \(names.1) does not") }
        func check(_ what: String, _ one: String, _ other: String) throws {
            try expect(one == other, "\(address) has \(what) \(one.prefix(200)) in \(names.0), and \(other.prefix(200)) in \(names.1)")
        }
        try check("kind", one.kind.name, other.kind.name)
        try check("type", one.type, other.type)
        try check("name", one.name, other.name)
        try check("remote_id", one.remoteID ?? "-", other.remoteID ?? "-")
        if withChanges { try check("change", one.change.name, other.change.name) }
        try check("sensitive pointers", list(one.sensitive.map(\.description)), list(other.sensitive.map(\.description)))
        for name in Set(one.attributes.objectValue?.keys ?? [:].keys).union(other.attributes.objectValue?.keys ?? [:].keys).sorted()
        where one.attributes[name] != other.attributes[name] {
            // The values may be secrets, so they are not shown.
            throw ConformanceStop.failed("attribute \(name) of \(address) is not the same in \(names.0) and \(names.1)")
        }
    }
    let arrows = { (edges: [GraphEdge]) in Set(edges.map { "\($0.kind.name) from \($0.from) to \($0.to)" }) }
    let extra = arrows(first.edges).symmetricDifference(arrows(second.edges))
    try expect(extra.isEmpty, "the edges \(list(extra)) are in only one of \(names.0) and \(names.1)")
}
