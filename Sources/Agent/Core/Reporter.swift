package import AgentProtocol
package import Logging
import Synchronization

/// Tells the server what happens in the workspace: gathers, sends in order, and sends again what did not arrive.
///
/// Never makes anything wait, and never fails anything: what is too much is left out, and the server is told that it was.
package final class Reporter: Sendable {
    /// Everything that scripts may write in one run of the agent; more is nobody's to read.
    static let logSizeMax = 1 << 20
    /// The longest line that is sent.
    static let lineSizeMax = 16 << 10
    /// The most lines of one report.
    private static let linesMax = 1000

    private struct State {
        var pending = AgentReport()
        var logSize = 0
        var isOverflowTold = false
        var number = 0
    }

    private let state = Mutex(State())
    private let send: @Sendable (AgentReport) async throws -> Void
    private let run: String
    private let logger: Logger

    package init(run: String, logger: Logger, _ send: @escaping @Sendable (AgentReport) async throws -> Void) {
        (self.run, self.logger, self.send) = (run, logger, send)
    }

    package func add(_ startup: AgentStartup) { state.withLock { $0.pending.startup = startup } }
    package func add(_ change: AgentLifecycleChange) { state.withLock { $0.pending.lifecycle.append(change) } }
    package func add(_ result: AgentScriptResult) {
        // Scripts by the clock go on while the server is away.
        state.withLock { if $0.pending.scripts.count < 4096 { $0.pending.scripts.append(result) } }
    }
    package func add(_ stats: AgentStats) { state.withLock { $0.pending.stats = stats } }
    /// Of each key and each app the latest counts.
    package func add(_ result: AgentMetadataResult) {
        state.withLock { state in
            state.pending.metadata.removeAll { $0.key == result.key }
            state.pending.metadata.append(result)
        }
    }
    package func add(_ health: AgentAppHealth) {
        state.withLock { state in
            state.pending.appHealth.removeAll { $0.appID == health.appID }
            state.pending.appHealth.append(health)
        }
    }

    package func add(_ line: AgentLogLine) {
        var line = line
        if line.text.utf8.count > Self.lineSizeMax { line.text = String(decoding: line.text.utf8.prefix(Self.lineSizeMax), as: UTF8.self) + "…" }
        state.withLock { state in
            guard state.logSize + line.text.utf8.count <= Self.logSizeMax else {
                state.pending.logsOverflowed = true
                return
            }
            // An empty line takes room too.
            state.logSize += line.text.utf8.count + 16
            state.pending.logs.append(line)
        }
    }

    /// The server wants no more lines.
    private func stopLogs() {
        state.withLock { state in
            state.logSize = Self.logSizeMax
            state.pending.logs = []
            state.pending.logsOverflowed = true
        }
    }

    /// What is to be sent now; it stays here until it has arrived.
    private func next() -> AgentReport? {
        state.withLock { state in
            let isNews = state.pending.logsOverflowed && !state.isOverflowTold
            guard !state.pending.isEmpty || isNews else { return nil }
            state.number += 1
            var report = state.pending
            report.number = state.number
            report.run = run
            report.logs = Array(report.logs.prefix(Self.linesMax))
            report.lifecycle = Array(report.lifecycle.prefix(64))
            return report
        }
    }

    /// Takes out what arrived, and leaves what came meanwhile.
    private func drop(_ report: AgentReport) {
        state.withLock { state in
            if state.pending.startup == report.startup { state.pending.startup = nil }
            if state.pending.stats == report.stats { state.pending.stats = nil }
            state.pending.lifecycle.removeFirst(min(report.lifecycle.count, state.pending.lifecycle.count))
            state.pending.logs.removeFirst(min(report.logs.count, state.pending.logs.count))
            state.pending.scripts.removeFirst(min(report.scripts.count, state.pending.scripts.count))
            state.pending.metadata.removeAll { report.metadata.contains($0) }
            state.pending.appHealth.removeAll { report.appHealth.contains($0) }
            if report.logsOverflowed { state.isOverflowTold = true }
        }
    }

    /// Sends until the task is cancelled.
    package func serve() async throws {
        var failures = 0
        while true {
            do {
                while try await sendOne() { failures = 0 }
                try await Task.sleep(for: .milliseconds(200))
            } catch is CancellationError {
                throw CancellationError()
            } catch {
                failures += 1
                if failures == 1 { logger.warning("the server takes no reports", metadata: ["report.error": "\(error)"]) }
                try await Task.sleep(for: .milliseconds(min(200 << min(failures, 7), 15_000) + Int.random(in: 0...200)))
            }
        }
    }

    /// Sends what is there, once: before the agent ends.
    package func flush() async {
        do { while try await sendOne() {} } catch { logger.warning("the last report was not sent", metadata: ["report.error": "\(error)"]) }
    }

    /// - Returns: whether there was something to send.
    private func sendOne() async throws -> Bool {
        guard let report = next() else { return false }
        do {
            try await send(report)
        } catch let failure as ServerAPI.Failure where failure.status == 413 && !report.logs.isEmpty {
            // There have been enough of them; the rest goes again without.
            stopLogs()
            return true
        } catch let failure as ServerAPI.Failure where [400, 413, 422].contains(failure.status) {
            // Sending it again will not make it better.
            logger.error("the server refuses a report", metadata: ["report.error": "\(failure)"])
        }
        drop(report)
        return true
    }
}
