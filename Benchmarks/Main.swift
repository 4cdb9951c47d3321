import Glibc
import PluginLoading

/// `make bench`: figures of the parts, each beside a reference that ran in turn with it.
@main
struct Main {
    static func main() async {
        do {
            let templates = try await TemplateBenchmarks().rows()
            let plugins = try await PluginBenchmarks().rows()
            Table.print(templates + plugins)
        } catch {
            print("berth benchmarks: \(error)")
            exit(1)
        }
    }
}
