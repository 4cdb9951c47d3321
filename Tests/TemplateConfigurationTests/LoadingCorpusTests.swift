import HCL
import Testing

@testable import TemplateConfiguration

/// Loads what Terraform itself loaded, where that corpus is present.
@Suite(.enabled(if: Corpus.isPresent, "the corpus of configurations is not beside the repository"))
struct LoadingCorpusTests {
    @Test("errors in a file are Terraform's, with their places", arguments: Corpus.directories("terraform/syntax/validate"))
    func syntax(directory: String) throws {
        let golden = try Corpus.golden(directory)
        let errors = Corpus.errors(ConfigurationLoader().load(directory).1)
        let expected = Corpus.errors(golden.members?["errors"])
        // Without errors in loading, Terraform goes on and may find others.
        if !errors.isEmpty { #expect(errors == expected) }
    }

    @Test("a configuration loads if Terraform can initialise it", arguments: Corpus.directories("terraform/configs"))
    func configurations(directory: String) throws {
        let golden = try Corpus.golden(directory)
        let first = golden.members?["steps"]?.elements?.first?.members
        let errors = Corpus.errors(ConfigurationLoader().load(directory).1)
        #expect(errors == Corpus.errors(first?["init"]?.members?["errors"]))
    }

    @Test(
        "templates and modules of Coder load",
        arguments: ["coder/templates", "coder/modules", "coder/fixtures"].flatMap { Corpus.configurations(below: "\(Corpus.shared)/\($0)") }
    )
    func coder(directory: String) {
        let errors = ConfigurationLoader().load(directory).1.filter { $0.severity == .error && $0.summary != "Module not installed" }
        #expect(errors == [])
    }
}
