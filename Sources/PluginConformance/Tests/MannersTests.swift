import Glibc
import JSON
import PluginLoading
import PluginSupervision
import ResourceGraph

extension ConformanceSuite {
    static let mannersTests: [ConformanceTest] = [
        ConformanceTest("text-utf8", "All text is UTF-8.", requirements: ["P-043"], after: graph) { session in
            try Life.lead(session.backend()) { try $0.expectNoViolations(for: "text-utf8") }
            return nil
        },
        ConformanceTest("secrets-hidden", "Secrets appear in sensitive attributes and outputs only.", requirements: ["P-044"], after: graph)
        { session in
            let backend = try session.backend()
            let canaries = try backend.replaceSecrets(seed: session.seed)
            try Life.lead(backend) { try checkSecrets($0, canaries) }
            return "\(canaries.count) secrets"
        },
        ConformanceTest("threads-job", "Results leave on the job's thread.", requirements: ["P-045"], after: graph) { session in
            try Life.lead(session.backend()) { try $0.expectNoViolations(for: "threads-job") }
            return nil
        },
        ConformanceTest(
            "sink-after-return", "Nothing of a job is called once its operation has returned.", requirements: ["P-046"],
            after: ["threads-job"]
        ) { session in
            let records = try Life.lead(session.backend())
            // Jobs stay callable as long as their records; so all are watched at once.
            for _ in 0..<10 {
                usleep(50_000)
                for record in records { try record.expectNoViolations(for: "sink-after-return") }
            }
            return nil
        },
        ConformanceTest("children-end", "Child processes end with the job that started them.", requirements: ["P-047"], after: graph) {
            session in
            guard let mark = getenv("BERTH_WORKER_ID").map({ WorkerID(rawValue: String(cString: $0)) }) else {
                throw ConformanceStop.skipped("this process was started without BERTH_WORKER_ID")
            }
            try Life.lead(session.backend()) { record in
                usleep(100_000)
                let left = Leftovers.end(of: mark)
                try expect(
                    left.isEmpty,
                    "\(record.operation) left \(list(left.map { "\"\($0.command)\"" })), which carries BERTH_WORKER_ID, 100 ms after it returned"
                )
            }
            return nil
        },
    ]

    private static func checkSecrets(_ record: JobRecord, _ canaries: [String: String]) throws {
        func check(_ text: String, _ place: @autoclosure () -> String) throws {
            for (pointer, canary) in canaries where text.contains(canary) {
                throw ConformanceStop.failed("\(record.operation): the secret at \(pointer) of the inputs is shown in \(place())")
            }
        }
        let said = record.said
        for log in said.logs {
            let fields = log.fields.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
            try check("\(log.stage) \(log.message) \(fields)", "a log record of severity \(log.severity)")
        }
        for progress in said.progress { try check("\(progress.resource ?? "") \(progress.message)", "a progress report") }
        for diagnostic in said.diagnostics { try check("\(diagnostic) \(diagnostic.code)", "diagnostic \(diagnostic.code)") }
        for node in said.nodes {
            try check("\(node.address) \(node.type) \(node.name) \(node.remoteID ?? "")", "the address, name or remote_id of a resource")
            for (name, value) in node.attributes.redacting(node.secrets).objectValue ?? [:] {
                try check(name + value.serialized(), "attribute \(name) of \(node.address), which sensitive_json does not name")
            }
        }
        for edge in said.edges { try check("\(edge.from) \(edge.to)", "an edge") }
        for output in said.outputs where !output.isSensitive {
            try check(output.name + output.value.serialized(), "output \(output.name), which is not sensitive")
        }
        for (kind, document) in said.documents { try check(document.serialized(), "document \(kind)") }
    }
}

extension Backend {
    /// Puts words that occur nowhere else in the place of the sample's secrets.
    ///
    /// - Returns: each word by where it stands in the inputs.
    fileprivate func replaceSecrets(seed: UInt64) throws -> [String: String] {
        var generator = SeededGenerator(seed: seed)
        var canaries: [String: String] = [:]
        for element in sample.inputs["sensitive"]?.arrayValue ?? [] {
            // A pointer that is none, or leads nowhere, names no secret.
            guard let text = element.stringValue, let pointer = try? JSONPointer(text) else { continue }
            guard sample.inputs.value(at: pointer)?.stringValue != nil else { continue }
            let canary = "canary" + String(generator.next(), radix: 36)
            canaries[text] = canary
            sample.inputs = sample.inputs.redacting([pointer], with: .string(canary))
        }
        guard !canaries.isEmpty else {
            throw ConformanceStop.skipped(
                "the sample has no secret; add one to \"inputs\" of \"conformance\" in the manifest, and a pointer to it to its \"sensitive\""
            )
        }
        return canaries
    }
}
