package import JSON

/// What a container uses, by the rules of `docker stats`.
package struct ContainerStatistics: Sendable, Hashable {
    /// Of one processor: 200 is two processors wholly busy.
    package var cpuPercent: Double
    /// Without what the kernel keeps only as long as nobody else needs the memory.
    package var memoryUsedBytes: UInt64
    /// Of the machine, if the container has no limit.
    package var memoryLimitBytes: UInt64
    package var networkReceivedBytes: UInt64
    package var networkSentBytes: UInt64
    package var blockReadBytes: UInt64
    package var blockWrittenBytes: UInt64
    /// Processes and threads.
    package var processes: UInt64

    package var memoryPercent: Double { memoryLimitBytes == 0 ? 0 : Double(memoryUsedBytes) / Double(memoryLimitBytes) * 100 }

    /// - Parameter reading: what the engine answers; with the reading before it, or the processors' use is zero.
    package init(_ reading: JSONValue) {
        cpuPercent = Self.cpuPercent(reading)
        let memory = reading["memory_stats"]
        let usage = memory?["usage"]?.uintValue ?? 0
        // The first is of the kernel's control groups in version 1, the second in version 2.
        let cache = (memory?["stats"]?["total_inactive_file"] ?? memory?["stats"]?["inactive_file"])?.uintValue ?? 0
        memoryUsedBytes = cache < usage ? usage - cache : usage
        memoryLimitBytes = memory?["limit"]?.uintValue ?? 0
        let networks = reading["networks"]?.objectValue ?? [:]
        networkReceivedBytes = networks.values.reduce(0) { $0 &+ ($1["rx_bytes"]?.uintValue ?? 0) }
        networkSentBytes = networks.values.reduce(0) { $0 &+ ($1["tx_bytes"]?.uintValue ?? 0) }
        let blocks = reading["blkio_stats"]?["io_service_bytes_recursive"]?.arrayValue ?? []
        func bytes(_ operation: String) -> UInt64 {
            blocks.filter { $0["op"]?.stringValue?.lowercased() == operation }.reduce(0) { $0 &+ ($1["value"]?.uintValue ?? 0) }
        }
        blockReadBytes = bytes("read")
        blockWrittenBytes = bytes("write")
        processes = reading["pids_stats"]?["current"]?.uintValue ?? 0
    }

    private static func cpuPercent(_ reading: JSONValue) -> Double {
        let (now, before) = (reading["cpu_stats"], reading["precpu_stats"])
        func delta(_ value: (JSONValue?) -> JSONValue?) -> Double { (value(now)?.doubleValue ?? 0) - (value(before)?.doubleValue ?? 0) }
        let used = delta { $0?["cpu_usage"]?["total_usage"] }
        let system = delta { $0?["system_cpu_usage"] }
        // Without a reading before, the difference is all since the machine started.
        guard used > 0, system > 0, before?["system_cpu_usage"]?.uintValue ?? 0 > 0 else { return 0 }
        let perProcessor = now?["cpu_usage"]?["percpu_usage"]?.arrayValue?.count ?? 1
        let processors = now?["online_cpus"]?.uintValue.flatMap { $0 > 0 ? Double($0) : nil } ?? Double(perProcessor)
        return used / system * processors * 100
    }
}
