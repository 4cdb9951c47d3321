/// Which test a complaint of the border belongs to, so that one mistake of a plugin fails one test.
enum Complaint {
    /// The id of the test that reports such a violation.
    static func owner(of violation: String) -> String {
        let owners: [(String, String)] = [
            ("after the operation returned", "sink-after-return"),
            ("another thread", "threads-job"),
            ("called in plan, which changes nothing", "plan-pure"),
            ("is not UTF-8", "text-utf8"),
            ("was added twice", "graph-addresses"),
            ("diagnostic", "failure-diagnosed"),
            ("document", "parse-parameters"),
            ("edge.", "graph-edges"),
            ("_json", "graph-json"),
            ("resource.address", "graph-addresses"),
            ("resource", "graph-json"),
            ("output", "graph-json"),
        ]
        return owners.first { violation.contains($0.0) }?.1 ?? "operations-return"
    }
}

extension JobRecord {
    /// What the border refused that is a matter of this test.
    func violations(for test: String) -> [String] {
        violationsUntilNow.filter { Complaint.owner(of: $0) == test }
    }

    /// Ends the test if the border refused something that is a matter of it.
    func expectNoViolations(for test: String) throws {
        if let first = violations(for: test).first { throw ConformanceStop.failed("\(operation): \(first)") }
    }
}
