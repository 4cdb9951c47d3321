/// One promise of the plugin contract, and how it is checked.
package struct ConformanceTest: Sendable {
    /// Stable; as in the contract's documentation.
    package var id: String
    /// The numbered requirements it checks.
    package var requirements: [String]
    /// What a plugin does that passes, as a sentence.
    package var title: String
    /// Tests that must not have failed for this one to mean anything.
    package var prerequisites: [String]
    /// When its process is killed, before the factor of the options is applied.
    package var timeLimitSeconds: Double
    /// The check itself, run in a process of its own. What it returns is a remark for the report.
    package var run: @Sendable (ConformanceSession) throws -> String?

    package init(
        _ id: String, _ title: String, requirements: [String] = [], after prerequisites: [String] = [], timeLimitSeconds: Double = 10,
        run: @escaping @Sendable (ConformanceSession) throws -> String?
    ) {
        self.id = id
        self.requirements = requirements
        self.title = title
        self.prerequisites = prerequisites
        self.timeLimitSeconds = timeLimitSeconds
        self.run = run
    }
}

/// Why a test stops before its end.
package enum ConformanceStop: Error, Sendable, Equatable {
    /// The plugin broke its contract. The message names the operation, what was expected and what came.
    case failed(String)
    /// The test does not apply, or lacks sample data. The reason says what to add.
    case skipped(String)
    /// Allowed, but questionable.
    case warning(String)
}

/// Ends a test as failed unless a condition holds.
func expect(_ condition: Bool, _ message: @autoclosure () -> String) throws {
    guard condition else { throw ConformanceStop.failed(message()) }
}
