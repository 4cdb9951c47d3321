import PluginLoading

/// A workspace's life from template to end, as a host would lead it.
enum Life {
    /// Runs every operation that the plugin offers, in this order, each with what the ones before it left.
    ///
    /// - Parameter each: told every record; may end the test.
    @discardableResult
    static func lead(_ backend: Backend, patience: JobRun.Patience? = nil, each: (JobRecord) throws -> Void = { _ in }) throws
        -> [JobRecord]
    {
        var records: [JobRecord] = []
        var plan: [UInt8]?
        func run(_ operation: JobOperation, _ change: (inout JobRequest) -> Void = { _ in }) throws {
            guard backend.offers(operation) else { return }
            let needsSource = operation == .parse || operation == .plan || operation == .apply
            if needsSource, backend.sample.source == nil { return }
            let record = try backend.run(operation, patience: patience, change)
            records.append(record)
            if operation == .plan { plan = plan ?? record.said.plan }
            try each(record)
        }
        try run(.parse)
        try run(.plan)
        try run(.apply) { $0.plan = plan }
        try run(.inventory)
        try run(.read)
        try run(.plan)
        try run(.recover)
        try run(.plan) { $0.planDestroy = true }
        try run(.destroy)
        return records
    }
}
