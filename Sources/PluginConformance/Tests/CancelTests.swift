import PluginLoading
import ResourceGraph

extension ConformanceSuite {
    static let cancelTests: [ConformanceTest] = [
        ConformanceTest(
            "cancel-before", "A job that was cancelled before it began touches nothing.", requirements: ["P-039"], after: graph
        ) { session in
            let backend = try session.backend()
            try session.require(.apply, in: backend)
            let apply = try backend.run(.apply, isCancelled: true)
            try expectCancelled(apply)
            let made = try backend.existing(backend.checkpoint)
            try expect(made.isEmpty, "apply, cancelled before it began, made \(list(made))")
            guard backend.offers(.destroy) else { return nil }
            try backend.run(.apply).expectOK()
            let before = try backend.existing(backend.checkpoint)
            let destroy = try backend.run(.destroy, isCancelled: true)
            try expectCancelled(destroy)
            let after = try backend.existing(backend.checkpoint)
            try expect(before == after, "destroy, cancelled before it began, left \(list(after)) of \(list(before))")
            try backend.run(.destroy)
            return nil
        },
        ConformanceTest(
            "cancel-anywhere", "A cancelled operation returns soon, wherever the cancel comes.", requirements: ["P-040"], after: graph,
            timeLimitSeconds: 60
        ) { session in
            var tried = 0
            for operation in [JobOperation.plan, .apply, .read, .destroy] {
                tried += try forEachPoint(max: session.placesMax) { number in
                    let backend = try session.backend()
                    guard backend.offers(operation), !operation.needsSource || backend.sample.source != nil else { return false }
                    if operation == .read || operation == .destroy {
                        guard backend.offers(.apply), backend.sample.source != nil else { return false }
                        try backend.run(.apply).expectOK()
                    }
                    let record = try backend.run(operation, disturbance: Disturbance(deed: .cancel, at: number))
                    backend.finish()
                    return record.said.disturbed != nil
                }
            }
            return "\(tried) places"
        },
        ConformanceTest(
            "cancel-truthful", "After a cancel, status, graph and checkpoint say what exists.", requirements: ["P-041"],
            after: ["cancel-anywhere", "destroy-repeatable"], timeLimitSeconds: 60
        ) { session in
            let reference = try session.backend()
            try session.require(.apply, .destroy, in: reference)
            let whole = try reference.run(.apply)
            try whole.expectOK()
            let types = try reference.inventoryTypes()
            try reference.run(.destroy).expectOK()
            let addresses = Set(whole.said.nodes.map(\.address))
            let tried = try forEachPoint(max: session.placesMax) { number in
                let backend = try session.backend()
                let record = try backend.run(.apply, disturbance: Disturbance(deed: .cancel, at: number))
                guard let call = record.said.disturbed else {
                    backend.finish()
                    return false
                }
                try checkTruth(backend, record, "apply, cancelled in \(call.description),", whole: addresses, types)
                return true
            }
            return "\(tried) places"
        },
    ]

    private static func expectCancelled(_ record: JobRecord) throws {
        try expect(
            record.status == PluginStatus.cancelled.rawValue,
            "\(record.operation), cancelled before it began, answered \(record.answer), cancelled was expected\(record.words)")
    }

    private static func checkTruth(_ backend: Backend, _ record: JobRecord, _ when: String, whole: Set<String>, _ types: Set<String>) throws
    {
        let reported = Set(record.said.nodes.map(\.address))
        switch PluginStatus(rawValue: record.status) {
        case .ok:
            try expect(
                reported == whole,
                "\(when) answered ok, but did not do all: it reports \(list(reported)), undisturbed it reports \(list(whole))")
        case .cancelled: break
        default: throw ConformanceStop.failed("\(when) answered \(record.answer), cancelled or ok was expected\(record.words)")
        }
        if let found = try backend.inventory() {
            let reported = Backend.listable(record, types)
            try expect(found == reported, "\(when) reports \(list(reported)), the inventory lists \(list(found))")
        }
        try backend.run(.destroy).expectOK("with the state that was left by \(when)")
        try expectNothingExists(backend, "after destroy with the state that was left by \(when)")
    }
}
