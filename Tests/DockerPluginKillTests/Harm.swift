import DockerTestSupport
import Synchronization

/// What happens at some of the requests to come; set for one step after another.
final class Harm: Sendable {
    private struct State {
        var next = 1
        var plan: [Int: ProxyFate] = [:]
        /// Before it nothing counts.
        var first: (kind: String, fate: ProxyFate)?
        /// What the last of it happened to.
        var done: ProxyRequest?
    }

    private let state = Mutex(State())

    /// From now on the n-th request meets a fate, once.
    ///
    /// - Parameter first: a kind of request that meets one before; it is counted from there.
    func arm(_ plan: [Int: ProxyFate], after first: (kind: String, fate: ProxyFate)? = nil) {
        state.withLock { $0 = State(plan: plan, first: first) }
    }

    /// - Returns: what the last of it happened to; nil if there were too few requests.
    func disarm() -> ProxyRequest? {
        state.withLock { state in
            defer { state = State() }
            return state.plan.isEmpty && state.first == nil ? state.done : nil
        }
    }

    /// Returns when all of it has happened.
    func untilDone() async throws {
        while state.withLock({ !$0.plan.isEmpty || $0.first != nil || $0.done == nil }) { try await Task.sleep(for: .milliseconds(5)) }
    }

    func fate(of request: ProxyRequest) -> ProxyFate {
        state.withLock { state in
            if let first = state.first {
                guard first.kind == request.kind else { return .pass }
                state.first = nil
                return first.fate
            }
            defer { state.next += 1 }
            guard let fate = state.plan.removeValue(forKey: state.next) else { return .pass }
            state.done = request
            return fate
        }
    }
}
