import Glibc
import JSON
import PluginLoading

extension ConformanceSuite {
    static let operationTests: [ConformanceTest] = [
        ConformanceTest(
            "operations-return", "Every operation that is offered does what the sample asks and returns.", requirements: ["P-019"],
            after: ["instance-lifecycle"],
            timeLimitSeconds: 30
        ) { session in
            let backend = try session.backend()
            var patience = session.patience
            patience.untilCancelSeconds = 1.5 * session.timeFactor
            patience.graceSeconds = 0.5 * session.timeFactor
            var slow: [String] = []
            let records = try Life.lead(backend, patience: patience) { record in
                try record.expectNoViolations(for: "operations-return")
                if record.wasLate { slow.append("\(record.operation)") }
                // Another status, and a failure that follows from a refused call, are for other tests to report.
                guard !record.wasLate, record.violations.isEmpty, let status = PluginStatus(rawValue: record.status) else { return }
                try expect(status == .ok, "\(record.operation) of the sample answered \(status), ok was expected\(record.words)")
            }
            if records.isEmpty {
                throw ConformanceStop.skipped(
                    "there is no sample template; add \"source\" to \"conformance\" in the manifest, or give --source")
            }
            if !slow.isEmpty {
                throw ConformanceStop.warning(
                    "\(list(slow)) took longer than \(patience.untilCancelSeconds) s and was cancelled; give --time-factor for a slow backend"
                )
            }
            return "\(records.count) operations"
        },
        ConformanceTest(
            "status-known", "Operations answer with a status that the contract gives them.", requirements: ["P-020"],
            after: ["operations-return"]
        ) { session in
            let allowed: Set<PluginStatus> = [.ok, .cancelled, .failed, .invalidArgument, .unavailable]
            try Life.lead(session.backend()) { record in
                let status = PluginStatus(rawValue: record.status)
                try expect(
                    status.map(allowed.contains) ?? false,
                    "\(record.operation) answered \(record.answer); an operation answers ok, cancelled, failed, invalid argument or unavailable"
                )
                try expect(
                    status != .cancelled || record.wasCancelled, "\(record.operation) answered cancelled, but it was not asked to stop")
            }
            return nil
        },
    ]
}
