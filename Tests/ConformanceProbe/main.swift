import Glibc
import PluginConformance

// One test in a process of its own; with `run LIBRARY` all of them, for a look by hand.
let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.first == "run", arguments.count >= 2 {
    var options = ConformanceOptions()
    if arguments.count > 2 { options.only = Array(arguments[2...]) }
    let report = await ConformanceRunner(options).run(libraryOrManifestPath: arguments[1])
    print(report.table())
    for result in report.results.sorted(by: { $0.durationSeconds > $1.durationSeconds }).prefix(5) {
        print(result.id, result.durationSeconds)
    }
    exit(report.exitCode)
}
exit(ConformanceChild.main(arguments: arguments))
