import Glibc
import PluginKit

/// The calls an operation makes of its host, counted, with the configured crash around one of them.
struct SimHostCalls: Sendable {
    let job: Job
    private let crashes: [SimConfiguration.Crash]
    private let counter = SimCounter()

    init(_ job: Job, _ operation: String, _ configuration: SimConfiguration) {
        self.job = job
        crashes = configuration.crashes.filter { $0.operation == operation }
    }

    func log(_ severity: Job.Severity, _ message: String) {
        let number = counter.next()
        crash(number, isAfter: false)
        job.log(severity, message)
        crash(number, isAfter: true)
    }

    func checkpoint(_ state: SimState) async throws {
        try await around { try await job.checkpoint(state.json) }
    }

    func add(_ resource: Resource) async throws {
        try await around { try await job.add(resource) }
    }

    func connect(_ from: String, _ kind: EdgeKind, _ to: String) async throws {
        try await around { try await job.connect(from, kind, to) }
    }

    private func around(_ body: () async throws -> Void) async throws {
        let number = counter.next()
        crash(number, isAfter: false)
        try await body()
        crash(number, isAfter: true)
    }

    private func crash(_ number: Int, isAfter: Bool) {
        if crashes.contains(where: { $0.call == number && $0.isAfter == isAfter }) { kill(getpid(), SIGKILL) }
    }
}
