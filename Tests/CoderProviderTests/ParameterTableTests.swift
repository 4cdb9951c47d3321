import Testing

@testable import Conformance

/// Runs the table that the published provider is tested with, where it is present.
@Suite(.enabled(if: Shared.exists("coder/parameter_table.md"), "the data of the coder provider are not beside the repository"))
struct ParameterTableTests {
    @Test("parameters have the values and errors of the published provider's table")
    func table() throws {
        let tally = try #require(ParameterTable.run(file: Shared.path("coder/parameter_table.md")))
        #expect(tally.failed == 0)
        #expect(tally.passed > 50)
    }
}

/// Data beside the repository.
enum Shared {
    static func path(_ path: String) -> String {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        return "\(root)/../shared/data/\(path)"
    }

    static func exists(_ path: String) -> Bool { Files.read(self.path(path)) != nil || !Files.names(in: self.path(path)).isEmpty }
}
