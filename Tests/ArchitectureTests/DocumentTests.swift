import Foundation
import TestSupport
import Testing

/// Documents lead where they say.
@Suite("documents") struct DocumentTests {
    /// Links of a Markdown text that lead to a file of the repository.
    static func links(in text: String) -> [String] {
        text.matches(of: /\]\(([^)\s]+)\)/).map { String($0.output.1) }
            .filter { !$0.contains("://") && !$0.hasPrefix("#") && !$0.hasPrefix("mailto:") }
            .map { String($0.prefix { $0 != "#" }) }
    }

    @Test("every link leads to a file")
    func links() throws {
        for file in try SourceFile.all(in: ["README.md", "docs", "Examples", "Tests"]) where file.path.hasSuffix(".md") {
            let directory = (file.path as NSString).deletingLastPathComponent
            for link in Self.links(in: file.text) {
                let target = Package.root + "/" + directory + "/" + link
                #expect(FileManager.default.fileExists(atPath: target), "\(file.path): \(link) does not exist")
            }
        }
    }

    @Test("every page of docs/ can be reached from its index")
    func index() throws {
        let pages = try SourceFile.all(in: ["docs"]).filter { $0.path.hasSuffix(".md") && $0.path != "docs/README.md" }
        let indices = pages.filter { $0.path.hasSuffix("/README.md") } + (try SourceFile.all(in: ["docs/README.md"]))
        let reached = Set(
            indices.flatMap { index in
                let directory = (index.path as NSString).deletingLastPathComponent
                return Self.links(in: index.text).map { (directory + "/" + $0 as NSString).standardizingPath }
            })
        for page in pages { #expect(reached.contains(page.path), "\(page.path) is in no index") }
    }

    @Test("every requirement on hosts names a test that there is, and every one on plugins a conformance test")
    func requirements() throws {
        let text = try #require(try SourceFile.all(in: ["docs/plugin-abi.md"]).first?.text)
        let tests = Set(
            try SourceFile.all(in: ["Tests"]).flatMap { file in file.text.matches(of: /@Test\(\s*"([^"]+)"/).map { String($0.output.1) } })
        let conformance = Set(
            try SourceFile.all(in: ["Sources/PluginConformance"]).flatMap { file in
                file.text.matches(of: /"([a-z]+(?:-[a-z]+)+)"/).map { String($0.output.1) }
            })
        let rows = text.matches(of: /(?m)^\| ([HP])-\d+ \|.*\| ([^|]+?) \|$/)
        #expect(rows.count > 80)
        for row in rows where row.output.2 != "(review)" {
            if row.output.1 == "H" {
                #expect(tests.contains(String(row.output.2)), "\(row.output.0) names no test")
            } else {
                for id in row.output.2.matches(of: /`([a-z-]+)`/) {
                    #expect(conformance.contains(String(id.output.1)), "\(row.output.0) names no test")
                }
            }
        }
    }

    @Test("links are found")
    func canFail() {
        #expect(Self.links(in: "[a](b.md#c), [d](https://e) and [f](#g)") == ["b.md"])
    }
}
