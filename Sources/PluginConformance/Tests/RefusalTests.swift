import PluginLoading

extension ConformanceSuite {
    static let refusalTests: [ConformanceTest] = [
        ConformanceTest(
            "checkpoint-refused", "When its state cannot be stored, apply stops.", requirements: ["P-037"], after: graph,
            timeLimitSeconds: 60
        ) { session in
            let tried = try forEachPoint(max: session.placesMax) { number in
                let backend = try session.backend()
                try session.require(.apply, in: backend)
                let refusal = Disturbance(deed: .refuse(.unavailable), at: number, functions: ["checkpoint"])
                let record = try backend.run(.apply, disturbance: refusal)
                defer { backend.finish() }
                guard record.said.disturbed != nil else { return false }
                let when = "apply, whose checkpoint \(number) was answered unavailable,"
                try expect(record.status == PluginStatus.failed.rawValue, "\(when) answered \(record.answer), failed was expected")
                try expect(record.isExplained, "\(when) answered failed without a diagnostic of severity ERROR")
                let further = record.said.calls.filter { $0.function == "checkpoint" }.count - number
                try expect(further == 0, "\(when) tried \(further) more")
                if number == 1 {
                    let found = try backend.inventory() ?? []
                    try expect(found.isEmpty, "\(when) made \(list(found)) all the same")
                }
                return true
            }
            return "\(tried) checkpoints"
        },
        ConformanceTest(
            "sink-refused", "When a result is not taken, the operation stops.", requirements: ["P-038"], after: graph, timeLimitSeconds: 60
        ) { session in
            var tried = 0
            for operation in [JobOperation.parse, .plan, .apply, .read] {
                var reused: Backend?
                tried += try forEachPoint(max: session.placesMax) { number in
                    let backend = try reused ?? session.backend()
                    guard backend.offers(operation), !operation.needsSource || backend.sample.source != nil else { return false }
                    if operation == .read, reused == nil, backend.offers(.apply) { try backend.run(.apply).expectOK() }
                    if operation != .apply { reused = backend }
                    let refusal = Disturbance(deed: .refuse(.unavailable), at: number, functions: Disturbance.sinks)
                    let record = try backend.run(operation, disturbance: refusal)
                    defer { if operation == .apply { backend.finish() } }
                    guard let call = record.said.disturbed else { return false }
                    let when = "\(operation), whose \(call.description) was answered unavailable,"
                    let further = record.said.calls.filter { Disturbance.sinks.contains($0.function) && $0.number > call.number }
                    try expect(further.isEmpty, "\(when) went on with \(further.first?.description ?? "")")
                    let status = PluginStatus(rawValue: record.status)
                    try expect(
                        status == .failed || status == .unavailable, "\(when) answered \(record.answer), failed or unavailable was expected"
                    )
                    return true
                }
                reused?.finish()
            }
            return "\(tried) sinks"
        },
    ]

    /// Calls `body` with 1, 2, … until it says that there was nothing more to disturb.
    ///
    /// - Returns: how often there was.
    static func forEachPoint(max: Int, _ body: (Int) throws -> Bool) throws -> Int {
        for number in 1...max {
            guard try body(number) else { return number - 1 }
        }
        return max
    }
}

extension Backend {
    /// Removes what is there and ends the instance; for one of many rounds of a test.
    func finish() {
        cleanUp()
        checkpoint = nil
    }
}
