import JSON
import PluginLoading
import ResourceGraph

extension ConformanceSuite {
    static let requestTests: [ConformanceTest] = [
        ConformanceTest(
            "parse-parameters", "Parse publishes what the template asks for.", requirements: ["P-021"], after: behaves
        ) { session in
            let backend = try session.backend()
            try session.require(.parse, in: backend)
            let record = try backend.run(.parse)
            try record.expectNoViolations(for: "parse-parameters")
            try record.expectOK()
            guard let document = record.said.documents["parameters"] else {
                throw ConformanceStop.failed("parse answered \(record.answer) and did not publish document \"parameters\"")
            }
            do { _ = try TemplateParameters(json: document) } catch {
                throw ConformanceStop.failed("parse: document \"parameters\": \(error)")
            }
            return nil
        },
        ConformanceTest(
            "inputs-refused", "Inputs that are no JSON object are refused.", requirements: ["P-022"], after: behaves
        ) { session in
            let backend = try session.backend()
            try forEachBadInput(session, backend) { record, shown in
                let status = PluginStatus(rawValue: record.status)
                try expect(
                    status == .invalidArgument || status == .failed,
                    "\(record.operation), given the inputs \(shown), answered \(record.answer), invalid argument or failed was expected")
            }
            if let found = try backend.inventory() {
                try expect(found.isEmpty, "apply with inputs that are no JSON object made \(list(found))")
            }
            return nil
        },
        ConformanceTest(
            "failure-diagnosed", "Every refusal comes with a reason, and a foreign state is refused.", requirements: ["P-023"],
            after: ["inputs-refused"]
        ) { session in
            let backend = try session.backend()
            func check(_ record: JobRecord, _ given: String) throws {
                try record.expectNoViolations(for: "failure-diagnosed")
                try expect(
                    record.isExplained,
                    "\(record.operation), given \(given), answered \(record.answer) without a diagnostic of severity ERROR")
            }
            try forEachBadInput(session, backend) { try check($0, "the inputs \($1)") }
            let garbage = [UInt8]("garbage \u{0}\u{1}\u{2}{]\"".utf8)
            let version = try session.library().descriptor.stateVersion
            let operations: [JobOperation] = [.plan, .apply, .read, .recover, .destroy]
            for operation in operations where backend.offers(operation) && (!operation.needsSource || backend.sample.source != nil) {
                for version in [version, UInt32.max] {
                    let record = try backend.run(operation) { $0.checkpoint = Checkpoint(state: garbage, stateVersion: version) }
                    let given = "garbage as state of version \(version)"
                    let status = PluginStatus(rawValue: record.status)
                    try expect(
                        status == .invalidArgument || status == .failed,
                        "\(operation), given \(given), answered \(record.answer), invalid argument or failed was expected")
                    try check(record, given)
                    backend.checkpoint = nil
                }
            }
            return nil
        },
    ]

    private static func forEachBadInput(
        _ session: ConformanceSession, _ backend: Backend, _ body: (JobRecord, String) throws -> Void
    ) throws {
        let operations = [JobOperation.plan, .apply].filter(backend.offers)
        guard !operations.isEmpty else { throw ConformanceStop.skipped("the plugin offers neither plan nor apply") }
        try session.require(operations[0], in: backend)
        let cut = String(backend.sample.inputs.serialized().dropLast(2))
        for operation in operations {
            for text in ["[]", "7", "\"x\"", cut, "not JSON"] {
                let record = try backend.run(operation) { $0.inputs = text }
                try body(record, String(text.prefix(40)))
            }
        }
    }
}

extension JobOperation {
    /// Whether it reads the template.
    var needsSource: Bool { self == .parse || self == .plan || self == .apply }
}
