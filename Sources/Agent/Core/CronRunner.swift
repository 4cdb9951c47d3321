import AgentProtocol
import Logging
import Synchronization

/// Runs scripts by the clock. One that is still running when its time comes again is not started a second time.
struct CronRunner: Sendable {
    let scripts: [AgentScript]
    let runner: ScriptRunner
    let reporter: Reporter

    /// Seconds that are made up for when the machine was busy; after a longer sleep what was missed stays missed.
    private static let lateSecondsMax = 30

    /// Runs until the task is cancelled.
    func serve() async throws {
        var schedules: [(AgentScript, CronSchedule)] = []
        for script in scripts where !script.cron.isEmpty {
            do { schedules.append((script, try CronSchedule(script.cron))) } catch {
                reporter.add(
                    AgentLogLine(sourceID: script.logSourceID, level: .error, text: "\(script.displayName): \(error)", at: Clock.milliseconds))
            }
        }
        guard !schedules.isEmpty else { return }
        let running = RunningScripts()
        let began = Clock.milliseconds / 1000
        var last = began
        try await withThrowingDiscardingTaskGroup { group in
            while true {
                try await Task.sleep(for: .milliseconds(1000 - Clock.milliseconds % 1000))
                let now = Clock.milliseconds / 1000
                // A clock that was set back runs nothing twice.
                for second in max(last + 1, now - Self.lateSecondsMax)..<max(now + 1, max(last + 1, now - Self.lateSecondsMax)) {
                    for (script, schedule) in schedules where schedule.matches(second: second, began: began) && running.begin(script.id) {
                        group.addTask {
                            await runner.run(script, .cron)
                            running.end(script.id)
                        }
                    }
                }
                last = now
            }
        }
    }
}

/// Which scripts run right now.
private final class RunningScripts: Sendable {
    private let names = Mutex<Set<String>>([])
    func begin(_ name: String) -> Bool { names.withLock { $0.insert(name).inserted } }
    func end(_ name: String) { names.withLock { _ = $0.remove(name) } }
}
