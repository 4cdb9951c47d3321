import Glibc
import PluginLoading

/// `make bench`: figures of the parts, each beside a reference that ran in turn with it.
@main
struct Main {
    static func main() async {
        do {
            if CommandLine.arguments.count == 3, CommandLine.arguments[1] == StateMaker.argument {
                return try await StateMaker.run(in: CommandLine.arguments[2])
            }
            let parts = try parts(Array(CommandLine.arguments.dropFirst()))
            var rows: [Row] = []
            // Programs first: what they seem to take of memory is at least what this process has, which grows.
            if parts.contains("programs") { rows += try TemplatePrograms().rows() }
            if parts.contains("forms") { rows += try await FormBenchmarks().rows() }
            if parts.contains("syntax") { rows += try await SyntaxBenchmarks().rows() }
            if parts.contains("plugins") { rows += try await PluginBenchmarks().rows() }
            if parts.contains("docker"), let docker = try await DockerBenchmarks.make() { rows += try await docker.rows() }
            Table.print(rows)
        } catch {
            print("berth benchmarks: \(error)")
            exit(1)
        }
    }

    private static let all = ["programs", "forms", "syntax", "plugins", "docker"]

    private static func parts(_ arguments: [String]) throws -> [String] {
        if arguments.contains("--help") {
            print("usage: Benchmarks [\(all.joined(separator: " | "))]…    all of them if none is given")
            exit(0)
        }
        if let unknown = arguments.first(where: { !all.contains($0) }) {
            throw PluginError(.system, "there is no part \(unknown); there are \(all.joined(separator: ", "))")
        }
        return arguments.isEmpty ? all : arguments
    }
}
