import Glibc
import PluginLoading

/// `make bench`: figures of the parts, each beside a reference that ran in turn with it.
@main
struct Main {
    static func main() async {
        do {
            Table.print(try await PluginBenchmarks().rows())
        } catch {
            print("berth benchmarks: \(error)")
            exit(1)
        }
    }
}
