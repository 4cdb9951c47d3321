import Glibc
import Synchronization

/// A host that carries out a template and kills itself at the n-th thing it does, for tests of what its successor finds.
///
/// usage: TemplateTestHost DIRECTORY apply|destroy file|checkpoint POINT
/// Exits with 0 if all was done before the point was reached.
@main
struct TemplateTestHost {
    static func main() async throws {
        let words = CommandLine.arguments
        guard words.count == 5, let keeper = TemplateHost.Keeper(rawValue: words[3]), let point = Int(words[4]) else { exit(64) }
        let bomb = Bomb(point)
        let tick: @Sendable () -> Void = { bomb.tick() }
        let host = TemplateHost(words[1], keeper: keeper, provider: CloudProvider { _ in tick() }, tick: tick)
        do {
            if words[2] == "destroy" { try await host.destroy() } else { try await host.apply() }
        } catch {
            print(error)
            exit(1)
        }
    }
}

/// Counts what the host does, and kills it at the n-th.
private final class Bomb: Sendable {
    private let point: Int
    private let count = Atomic<Int>(0)

    init(_ point: Int) { self.point = point }

    func tick() {
        if count.add(1, ordering: .relaxed).newValue == point { kill(getpid(), SIGKILL) }
    }
}
