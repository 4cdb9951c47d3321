/// All conformance tests.
package enum ConformanceSuite {
    /// In the order in which they are run and reported: a test comes after those it builds on.
    package static let all: [ConformanceTest] = [
        libraryTests, manifestTests, entryTests, descriptorTests, instanceTests, operationTests, requestTests, planTests, applyTests,
        graphTests, changeTests.filter { $0.id == "graph-changes" }, stateTests, changeTests.filter { $0.id != "graph-changes" }, readTests,
        refusalTests, cancelTests, recoverTests, mannersTests, actionTests, inventoryTests,
    ].flatMap(\.self)

    /// The test with an id.
    package static func test(_ id: String) -> ConformanceTest? {
        all.first { $0.id == id }
    }
}
