package import JSON

/// What a workspace uses, and who uses it.
package struct AgentStats: AgentDocument {
    /// Streams that are open through the tunnel, by what they lead to.
    package var sshSessions = 0
    package var terminals = 0
    package var ports = 0
    /// Since the last stats.
    package var receivedBytes = 0
    package var sentBytes = 0
    /// In cores; of the container where there is one.
    package var cpuCores = 0.0
    package var memoryUsedBytes = 0
    /// 0 if there is no limit.
    package var memoryLimitBytes = 0
    package var diskUsedBytes = 0
    package var diskTotalBytes = 0

    package init() {}

    package init(json: JSONValue, at place: String) throws(DocumentError) {
        let reader = try DocumentReader(json, place)
        sshSessions = try reader.integer("ssh_sessions")
        terminals = try reader.integer("terminals")
        ports = try reader.integer("ports")
        receivedBytes = try reader.integer("received_bytes")
        sentBytes = try reader.integer("sent_bytes")
        cpuCores = try reader.number("cpu_cores")
        memoryUsedBytes = try reader.integer("memory_used_bytes")
        memoryLimitBytes = try reader.integer("memory_limit_bytes")
        diskUsedBytes = try reader.integer("disk_used_bytes")
        diskTotalBytes = try reader.integer("disk_total_bytes")
    }

    package var json: JSONValue {
        [
            "ssh_sessions": JSONValue(sshSessions), "terminals": JSONValue(terminals), "ports": JSONValue(ports),
            "received_bytes": JSONValue(receivedBytes), "sent_bytes": JSONValue(sentBytes), "cpu_cores": .number(cpuCores),
            "memory_used_bytes": JSONValue(memoryUsedBytes), "memory_limit_bytes": JSONValue(memoryLimitBytes),
            "disk_used_bytes": JSONValue(diskUsedBytes), "disk_total_bytes": JSONValue(diskTotalBytes),
        ]
    }
}

/// A port that something in a workspace listens on.
package struct AgentListeningPort: AgentDocument {
    package var port: Int
    /// `tcp`.
    package var network: String
    /// The name of the process, as far as it can be seen.
    package var process: String

    package init(port: Int, network: String = "tcp", process: String) { (self.port, self.network, self.process) = (port, network, process) }

    package init(json: JSONValue, at place: String) throws(DocumentError) {
        let reader = try DocumentReader(json, place)
        port = try reader.integer("port")
        network = try reader.optionalText("network") ?? "tcp"
        process = try reader.optionalText("process_name") ?? ""
    }

    package var json: JSONValue { ["port": JSONValue(port), "network": .string(network), "process_name": .string(process)] }
}
