import JSON
import PluginLoading
import ResourceGraph
import TemplateConfiguration
import TemplateGraph
import Testing

/// One of the published examples of how a result of Terraform is understood: inputs, and what is expected of them.
///
/// They are read where they lie, and not there in every checkout.
struct CoderFixture: CustomTestStringConvertible {
    static let directory: String = {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        return root + "/../shared/data/coder/fixtures"
    }()
    /// Empty where the examples are not there.
    static let all: [CoderFixture] = directoryEntries(directory).flatMap { name in
        [CoderFixture(name: name, isPlan: true), CoderFixture(name: name, isPlan: false)]
    }

    let name: String
    let isPlan: Bool

    var testDescription: String { "\(name) (\(isPlan ? "plan" : "state"))" }

    func read(_ file: String) throws -> String {
        String(decoding: try readFile("\(Self.directory)/\(name)/\(file)", limit: 64 << 20), as: UTF8.self)
    }

    func expected() throws -> JSONValue { try JSONValue(parsing: try read("expected.json")) }

    func converted() throws -> ConvertedGraph {
        let base = "\(name).tf\(isPlan ? "plan" : "state")"
        return ConvertedGraph(
            try ResourceSet(terraform: try JSONValue(parsing: try read(base + ".json")), graph: try read(base + ".dot")))
    }
}
