import ArgumentParser
import JSON
import PluginConformance
import PluginLoading
import PluginTooling

/// `berth plugin validate`
struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Run the conformance tests on a plugin, each in a process of its own.",
        discussion: """
            A test whose prerequisite failed is skipped. The plugin is run with the sample in its manifest's member \
            "conformance", or with what is given here. Exits with 0 if nothing failed.
            """)

    @Argument(help: "A plugin's name, or the path of its manifest, library or directory.")
    var plugin: String

    @Option(name: .long, help: ArgumentHelp("Run only this test and what it needs; may be given several times.", valueName: "test"))
    var only: [String] = []

    @Option(name: .long, help: "Varies the values that tests make up.")
    var seed: UInt64 = 1

    @Option(name: .long, help: "Processes at one time.")
    var parallel: Int = 2

    @Option(name: .long, help: ArgumentHelp("Gives every test that many times its time; for slow backends.", valueName: "factor"))
    var timeFactor: Double = 1

    @Option(name: .long, help: ArgumentHelp("A template instead of the manifest's sample.", valueName: "directory"))
    var template: String?

    @Option(name: .long, help: ArgumentHelp("A JSON file with inputs instead of the manifest's sample.", valueName: "file"))
    var inputs: String?

    @OptionGroup var configuration: ConfigurationOptions
    @OptionGroup var search: SearchOptions

    @Option(name: .shortAndLong, help: "How to print: text or json.")
    var output: OutputFormat = .text

    @Flag(name: .customLong("json"), help: "The same as --output json.")
    var isJSON = false

    @Flag(name: .long, help: "List the tests and what each checks, and run none.")
    var list = false

    func validate() throws {
        for id in only where ConformanceSuite.test(id) == nil {
            throw ValidationError("there is no test \"\(id)\"; berth plugin validate --list \(plugin) shows them")
        }
        guard parallel >= 1, parallel <= 64 else { throw ValidationError("--parallel must be 1 to 64") }
        guard timeFactor > 0, timeFactor <= 1000 else { throw ValidationError("--time-factor must be more than 0, at most 1000") }
    }

    func run() async throws {
        if list {
            let rows = ConformanceSuite.all.map { [$0.id, $0.requirements.joined(separator: ","), $0.title] }
            return print(Terminal.table([["TEST", "REQUIREMENT", "WHAT IT CHECKS"]] + rows))
        }
        var options = ConformanceOptions()
        options.seed = seed
        options.parallel = parallel
        options.timeFactor = timeFactor
        options.only = only.isEmpty ? nil : only
        if configuration.configuration != nil || !configuration.set.isEmpty { options.sample.configuration = try configuration.value() }
        if let inputs { options.sample.inputs = try ConfigurationValues.object(file: inputs, pairs: []) }
        options.sample.source = template.map(PluginLocator.absolute)
        let showsProgress = output == .text && !isJSON
        let report = await ConformanceRunner(options).run(libraryOrManifestPath: try path()) { result in
            if showsProgress { Terminal.note(ConformanceReport.line(result, colours: Terminal.isErrorColoured)) }
        }
        if showsProgress {
            print("\n" + report.table(colours: Terminal.isColoured))
        } else {
            print(report.json.serialized(pretty: true))
        }
        if !report.isConforming { throw ExitCode(report.exitCode) }
    }

    /// A path as it is, because a broken plugin is what may have to be judged; a name as the manifest it leads to.
    private func path() throws -> String {
        if plugin.hasSuffix(".so") || plugin.hasSuffix(PluginManifest.suffix) { return PluginLocator.absolute(plugin) }
        return try search.manifest(plugin).path
    }
}
