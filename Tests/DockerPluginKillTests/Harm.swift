import DockerTestSupport
import Synchronization

/// What happens at one of the requests to come; set for one step after another.
final class Harm: Sendable {
    private struct State {
        var next = 1
        var plan: (number: Int, fate: ProxyFate)?
        /// What it happened to.
        var done: ProxyRequest?
    }

    private let state = Mutex(State())

    /// From now on the n-th request meets a fate, once.
    func arm(_ fate: ProxyFate, at number: Int) {
        state.withLock { $0 = State(plan: (number, fate)) }
    }

    /// - Returns: what it happened to; nil if there were too few requests.
    func disarm() -> ProxyRequest? {
        state.withLock { state in
            defer { state = State() }
            return state.done
        }
    }

    func fate(of request: ProxyRequest) -> ProxyFate {
        state.withLock { state in
            defer { state.next += 1 }
            guard let plan = state.plan, plan.number == state.next else { return .pass }
            state.done = request
            return plan.fate
        }
    }
}
