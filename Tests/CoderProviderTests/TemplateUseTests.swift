import HCL
import ProviderKit
import Testing

@testable import Conformance
@testable import Providers

/// Reads templates and modules that people use, where these are present: the schemas must know what they say.
@Suite(.enabled(if: Shared.exists("coder/templates"), "the data of the coder provider are not beside the repository"))
struct TemplateUseTests {
    private static let everywhere: Set<String> = ["count", "for_each", "depends_on", "provider", "lifecycle", "connection", "provisioner"]

    @Test(
        "templates and modules say nothing of the provider that its schemas do not know", arguments: ["templates", "modules", "fixtures"])
    func use(_ directory: String) {
        var blocks = 0
        for path in Self.files(Shared.path("coder/\(directory)")) where path.hasSuffix(".tf") {
            guard let bytes = Files.read(path) else { continue }
            for block in Parser.parseFile(bytes, file: path).0.blocks
            where ["data", "resource"].contains(block.type) && block.labels.first?.hasPrefix("coder_") == true {
                blocks += 1
                for problem in Self.problems(block) { Issue.record("\(path): \(block.type) \(block.labels): \(problem)") }
            }
        }
        #expect(blocks > 10)
    }

    private static func problems(_ block: Block) -> [String] {
        let name = block.labels[0]
        let provider = CoderProvider()
        let schema = block.type == "data" ? provider.dataSource(name)?.schema : provider.resourceType(name)?.schema
        guard let schema else { return ["is not there"] }
        return problems(block.body, schema.block)
    }

    private static func problems(_ body: Body, _ schema: BlockSchema) -> [String] {
        let unknown = body.attributes.map(\.name).filter {
            !everywhere.contains($0) && schema.attributes[$0]?.presence.isConfigurable != true
        }
        let missing = schema.attributes.filter { $0.value.presence == .required && body.attribute($0.key) == nil }.map(\.key)
        let nested = body.blocks.flatMap { block -> [String] in
            if everywhere.contains(block.type) { return [] }
            let isDynamic = block.type == "dynamic"
            let type = isDynamic ? block.labels.first ?? "" : block.type
            guard let nested = schema.blocks[type] else { return ["no block \(type)"] }
            let bodies = isDynamic ? block.body.blocks.filter { $0.type == "content" }.map(\.body) : [block.body]
            return bodies.flatMap { problems($0, nested.block) }
        }
        return unknown.map { "no attribute \($0)" } + missing.map { "\($0) is missing" } + nested
    }

    private static func files(_ directory: String) -> [String] {
        let names = Files.names(in: directory).map { "\(directory)/\($0)" }
        return names.flatMap { name in name.hasSuffix(".tf") ? [name] : files(name) }
    }
}
