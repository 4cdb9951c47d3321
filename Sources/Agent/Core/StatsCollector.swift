import AgentMachine
import AgentProtocol

/// Says again and again what the workspace uses, and that somebody uses it.
struct StatsCollector: Sendable {
    let manifest: AgentManifest
    let counts: StreamCounts
    let home: String
    let reporter: Reporter

    /// Runs until the task is cancelled.
    func serve() async throws {
        let usage = MachineUsage()
        func processor() -> MachineUsage.CPUTime? { usage.containerCPU() ?? usage.hostCPU() }
        var before = processor()
        while true {
            try await Task.sleep(for: .seconds(manifest.statsIntervalSeconds))
            var stats = AgentStats()
            let open = counts.open
            (stats.sshSessions, stats.terminals, stats.ports) = (open.ssh, open.terminals, open.ports)
            let bytes = counts.takeBytes()
            (stats.receivedBytes, stats.sentBytes) = (bytes.received, bytes.sent)
            let now = processor()
            if let before, let now, now.atSeconds > before.atSeconds {
                stats.cpuCores = max(0, (now.usedSeconds - before.usedSeconds) / (now.atSeconds - before.atSeconds))
            }
            before = now
            if let memory = usage.containerMemory() ?? usage.hostMemory() {
                stats.memoryUsedBytes = Int(memory.used)
                stats.memoryLimitBytes = memory.total.map { Int($0) } ?? 0
            }
            if let disk = usage.disk(home) {
                stats.diskUsedBytes = Int(disk.used)
                stats.diskTotalBytes = disk.total.map { Int($0) } ?? 0
            }
            reporter.add(stats)
        }
    }
}
