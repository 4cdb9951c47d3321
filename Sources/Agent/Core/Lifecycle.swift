package import AgentProtocol
import Synchronization

/// Where the agent is in its life: forward only, and the server hears of each step.
package final class Lifecycle: Sendable {
    private let state = Mutex(AgentLifecycleState.created)
    private let reporter: Reporter

    package init(_ reporter: Reporter) { self.reporter = reporter }

    package var current: AgentLifecycleState { state.withLock { $0 } }

    /// Goes on; does nothing if it is further already.
    package func advance(to next: AgentLifecycleState) {
        state.withLock { state in
            guard next > state else { return }
            state = next
            reporter.add(AgentLifecycleChange(state: next, changedAt: Clock.milliseconds))
        }
    }
}
