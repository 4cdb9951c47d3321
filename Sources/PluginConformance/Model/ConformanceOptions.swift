package import JSON

/// How the tests are run.
package struct ConformanceOptions: Sendable {
    /// Sample data that replaces the manifest's.
    package struct Sample: Sendable {
        package var configuration: JSONValue?
        package var inputs: JSONValue?
        /// A template's directory; absolute.
        package var source: String?

        package init(configuration: JSONValue? = nil, inputs: JSONValue? = nil, source: String? = nil) {
            self.configuration = configuration
            self.inputs = inputs
            self.source = source
        }
    }

    package var sample = Sample()
    /// Where generated values begin.
    package var seed: UInt64 = 1
    /// Processes at a time.
    package var parallel = 2
    /// Multiplies every time limit; for slow backends and slow machines.
    package var timeFactor: Double = 1
    /// At how many places at most an operation is disturbed, cancelled or killed in one test.
    package var placesMax = 200
    /// Tests to run, with those they build on; nil: all.
    package var only: [String]?
    /// What is started for each test; nil: the running program.
    package var executable: String?
    /// The arguments that lead to ``ConformanceChild/main(arguments:)`` in it.
    package var command = ConformanceChild.command

    package init() {}
}
