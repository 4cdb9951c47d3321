import Glibc
import PluginKit

/// The calls an operation makes of its host, counted, with the configured crash around one of them.
struct SimHostCalls: Sendable {
    let job: Job
    private let operation: String
    private let crash: SimConfiguration.Crash?
    private let counter = SimCounter()

    init(_ job: Job, _ operation: String, _ configuration: SimConfiguration) {
        self.job = job
        self.operation = operation
        crash = configuration.crash?.operation == operation ? configuration.crash : nil
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
        guard let crash, crash.call == number, crash.isAfter == isAfter else { return }
        kill(getpid(), SIGKILL)
    }
}
