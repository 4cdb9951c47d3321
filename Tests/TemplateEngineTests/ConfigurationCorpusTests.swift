import Synchronization
import TestSupport
import Testing

@testable import Conformance

/// Runs configurations step by step, and compares with what Terraform did, where that corpus is present.
@Suite(.enabled(if: CorpusOfConfigurations.isThere, "the corpus of configurations is not beside the repository"))
struct ConfigurationCorpusTests {
    @Test("plans, states and errors are those of Terraform")
    func corpus() async {
        let lines = Mutex<[String]>([])
        let options = ConfigurationCorpus.Options(directory: CorpusOfConfigurations.directory)
        let (passed, failed) = await ConfigurationCorpus.run(options, engine: NativeEngine()) { line in
            lines.withLock { $0.append(line) }
        }
        #expect(failed == [], "\(lines.withLock { $0.joined(separator: "\n") })")
        #expect(passed > 0)
    }
}

private enum CorpusOfConfigurations {
    static let directory = Package.root + "/../shared/data/terraform/configs"
    static let isThere = !Files.names(in: directory).isEmpty
}
