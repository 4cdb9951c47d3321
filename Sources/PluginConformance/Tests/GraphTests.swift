import PluginLoading
import ResourceGraph

extension ConformanceSuite {
    static let behaves = ["operations-return", "status-known"]
    static let graph = behaves + ["apply-reports", "graph-addresses", "graph-edges", "graph-acyclic", "graph-json"]

    static let graphTests: [ConformanceTest] = [
        ConformanceTest(
            "graph-addresses", "Addresses are unique, and the same in plan, apply and read.", requirements: ["P-027"],
            after: behaves + ["apply-reports"]
        ) { session in
            let records = try check(session, "graph-addresses")
            guard let apply = records.first(where: { $0.operation == .apply }) else { return nil }
            if let plan = records.first(where: { $0.operation == .plan }) {
                let planned = Set(plan.said.nodes.map(\.address))
                for node in apply.managed where !planned.contains(node.address) {
                    throw ConformanceStop.failed("apply reports \(node.address), which plan did not; plan has \(list(planned))")
                }
            }
            guard let read = records.first(where: { $0.operation == .read }) else { return nil }
            for node in apply.managed {
                let same = read.managed.first { $0.type == node.type && $0.remoteID == node.remoteID }
                try expect(
                    same == nil || same?.address == node.address,
                    "read reports \(node.type) \(node.remoteID ?? "") as \(same?.address ?? ""), apply reported it as \(node.address)")
            }
            return nil
        },
        ConformanceTest(
            "graph-edges", "Edges join nodes that are there and that their kind may join.", requirements: ["P-028"],
            after: ["graph-addresses"]
        ) { session in
            try check(session, "graph-edges")
            return nil
        },
        ConformanceTest(
            "graph-acyclic", "Dependencies form no circle.", requirements: ["P-029"], after: ["graph-edges"]
        ) { session in
            try check(session, "graph-acyclic")
            return nil
        },
        ConformanceTest(
            "graph-json", "Attributes are JSON objects of their kind's shape, and pointers point at something.", requirements: ["P-030"],
            after: ["graph-addresses"]
        ) { session in
            try check(session, "graph-json")
            return nil
        },
    ]

    /// Leads a life and judges each graph in it.
    @discardableResult
    private static func check(_ session: ConformanceSession, _ test: String) throws -> [JobRecord] {
        try Life.lead(session.backend()) { record in
            try record.expectNoViolations(for: test)
            if let issue = GraphRules.issues(in: record, for: test).first { throw ConformanceStop.failed("\(record.operation): \(issue)") }
        }
    }
}
