import DockerEngine
import HCL
import JSON
import ProviderKit

/// Waiting until a service is what its template says, as `converge_config` wants it.
struct ServiceConvergence {
    private let backend: DockerBackend
    private let operation: ProviderOperation
    private let name: String
    private let timeout: String
    private let limit: Duration

    /// How often the swarm is asked. `delay` of the published provider says how long it waits before; there is no need to.
    private static let interval = Duration.milliseconds(250)

    /// Nil if nobody is to wait.
    init?(_ backend: DockerBackend, _ operation: ProviderOperation, _ planned: Value) {
        guard let block = planned.blocks("converge_config").first else { return nil }
        self.backend = backend
        self.operation = operation
        name = planned.string("name") ?? ""
        timeout = block.string("timeout") ?? "3m"
        // The schema has judged the text.
        limit = (try? GoDuration.nanoseconds(timeout)).map { .nanoseconds($0) } ?? .seconds(180)
    }

    func wait(for id: String) async throws {
        let end = ContinuousClock.now + limit
        var told = -1
        while true {
            let service = try await backend.ask("read the service \(name.goQuoted)") { try await $0.service(id) }
            let tasks = try await backend.ask("list the tasks of the service \(name.goQuoted)") {
                try await $0.tasks(filters: ["service": [id]])
            }
            try refuseFailedUpdate(service, tasks)
            let wanted = service["Spec"]?["Mode"]?["Replicated"]?["Replicas"]?.intValue ?? 1
            let running = Self.current(tasks, service).count { ["running", "complete"].contains($0["Status"]?["State"]?.stringValue) }
            if running != told {
                operation.progress(
                    "service \(name): \(running) of \(wanted) tasks", done: UInt64(min(running, wanted)), total: UInt64(wanted))
                told = running
            }
            if running >= wanted, Self.leftovers(tasks, service) == 0, !Self.isUpdating(service) { return }
            guard ContinuousClock.now < end else {
                throw ProviderError(
                    "The service \(name.goQuoted) did not converge",
                    "After \(timeout), \(running) of \(wanted) tasks run. \(Self.problems(tasks))", at: .attribute("converge_config"))
            }
            try await Task.sleep(for: Self.interval)
        }
    }

    /// Tasks of the specification as it is now, that are to run.
    private static func current(_ tasks: [JSONValue], _ service: JSONValue) -> [JSONValue] {
        tasks.filter { isWanted($0) && isOf(service, $0) }
    }

    /// How many tasks of an older specification still are to run.
    private static func leftovers(_ tasks: [JSONValue], _ service: JSONValue) -> Int {
        tasks.count { isWanted($0) && !isOf(service, $0) }
    }

    private static func isWanted(_ task: JSONValue) -> Bool {
        ["running", "ready", "complete"].contains(task["DesiredState"]?.stringValue)
    }

    private static func isOf(_ service: JSONValue, _ task: JSONValue) -> Bool {
        let wanted = service["Spec"]?["TaskTemplate"]
        // What the swarm adds to a task is not what it was made of.
        return task["Spec"]?["ContainerSpec"]?.meaning == wanted?["ContainerSpec"]?.meaning
            && task["Spec"]?["ForceUpdate"]?.meaning == wanted?["ForceUpdate"]?.meaning
    }

    private static func isUpdating(_ service: JSONValue) -> Bool {
        ["updating", "rollback_started"].contains(service["UpdateStatus"]?["State"]?.stringValue)
    }

    private func refuseFailedUpdate(_ service: JSONValue, _ tasks: [JSONValue]) throws(ProviderError) {
        guard let state = service["UpdateStatus"]?["State"]?.stringValue,
            ["paused", "rollback_paused", "rollback_completed"].contains(state)
        else { return }
        let words = service["UpdateStatus"]?["Message"]?.stringValue ?? ""
        throw ProviderError(
            "The update of the service \(name.goQuoted) failed", "The swarm says \(state): \(words). \(Self.problems(tasks))",
            at: .attribute("task_spec"))
    }

    /// The last that went wrong with its tasks, in the swarm's words.
    private static func problems(_ tasks: [JSONValue]) -> String {
        let failed = tasks.filter { $0["Status"]?["Err"]?.filled != nil }.sorted {
            ($0["Status"]?["Timestamp"]?.stringValue ?? "") > ($1["Status"]?["Timestamp"]?.stringValue ?? "")
        }
        guard let task = failed.first, let words = task["Status"]?["Err"]?.stringValue else {
            return tasks.isEmpty ? "It has no tasks." : "No task says why."
        }
        return "The last task \(task["Status"]?["State"]?.stringValue ?? "failed"): \(words)"
    }
}
