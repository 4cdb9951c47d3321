/// All conformance tests.
package enum ConformanceSuite {
    /// In the order in which they are run and reported: a test comes after those it builds on.
    package static let all: [ConformanceTest] =
        libraryTests + manifestTests + entryTests + descriptorTests + instanceTests + operationTests

    /// The test with an id.
    package static func test(_ id: String) -> ConformanceTest? {
        all.first { $0.id == id }
    }
}
