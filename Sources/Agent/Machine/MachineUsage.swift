import CShims
import Glibc

/// What the machine or the container uses and has: processor, memory, disk.
package struct MachineUsage: Sendable {
    /// How much there is, and how much of it is used.
    package struct Amount: Sendable, Hashable {
        package var used: Double
        /// Nil where nothing limits it.
        package var total: Double?

        package init(used: Double, total: Double?) { (self.used, self.total) = (used, total) }
    }

    /// Time that a processor worked, at a moment.
    package struct CPUTime: Sendable, Hashable {
        package var usedSeconds: Double
        package var atSeconds: Double
        /// Cores that may be used; nil where nothing limits them.
        package var cores: Double?
    }

    var proc = "/proc"
    var cgroup = "/sys/fs/cgroup"

    package init() {}

    // MARK: the machine

    package func hostCPU() -> CPUTime? {
        guard let stat = MachineFile.text("\(proc)/stat") else { return nil }
        let lines = stat.split(whereSeparator: \.isNewline)
        guard let fields = lines.first?.split(separator: " ").dropFirst().map({ Double($0) ?? 0 }), fields.count >= 5 else { return nil }
        // All but idling and waiting for disks; what guests use is in user's time already.
        let busy = fields.prefix(8).reduce(0, +) - fields[3] - fields[4]
        let cores = lines.count { $0.hasPrefix("cpu") } - 1
        return CPUTime(usedSeconds: busy / Double(sysconf(Int32(_SC_CLK_TCK))), atSeconds: now, cores: Double(max(cores, 1)))
    }

    package func hostMemory() -> Amount? {
        guard let text = MachineFile.text("\(proc)/meminfo") else { return nil }
        let values = Self.table(text, separator: ":")
        guard let total = values["MemTotal"], let available = values["MemAvailable"] ?? values["MemFree"] else { return nil }
        return Amount(used: Double(total - available) * 1024, total: Double(total) * 1024)
    }

    // MARK: the container

    /// Nil where there is no control group of our own: then the machine is what there is.
    package func containerCPU() -> CPUTime? {
        if let usage = MachineFile.text("\(cgroup)/cpu.stat").map({ Self.table($0, separator: " ") })?["usage_usec"] {
            var cores: Double?
            let limit = (MachineFile.text("\(cgroup)/cpu.max") ?? "").split(whereSeparator: \.isWhitespace).map { Double($0) }
            if limit.count == 2, let quota = limit[0], let period = limit[1], period > 0 { cores = quota / period }
            return CPUTime(usedSeconds: Double(usage) / 1e6, atSeconds: now, cores: cores)
        }
        guard let usage = number("\(cgroup)/cpuacct/cpuacct.usage") ?? number("\(cgroup)/cpu,cpuacct/cpuacct.usage") else { return nil }
        var cores: Double?
        if let quota = number("\(cgroup)/cpu/cpu.cfs_quota_us"), let period = number("\(cgroup)/cpu/cpu.cfs_period_us"), quota > 0, period > 0 {
            cores = quota / period
        }
        return CPUTime(usedSeconds: usage / 1e9, atSeconds: now, cores: cores)
    }

    package func containerMemory() -> Amount? {
        if let current = number("\(cgroup)/memory.current") {
            // What the kernel can take back at any time is not used.
            let inactive = MachineFile.text("\(cgroup)/memory.stat").map { Self.table($0, separator: " ") }?["inactive_file"] ?? 0
            return Amount(used: max(0, current - Double(inactive)), total: number("\(cgroup)/memory.max"))
        }
        guard let usage = number("\(cgroup)/memory/memory.usage_in_bytes") else { return nil }
        let inactive = MachineFile.text("\(cgroup)/memory/memory.stat").map { Self.table($0, separator: " ") }?["total_inactive_file"] ?? 0
        let limit = number("\(cgroup)/memory/memory.limit_in_bytes")
        // Without a limit version 1 shows the largest number it has.
        return Amount(used: max(0, usage - Double(inactive)), total: limit.flatMap { $0 < 1e18 ? $0 : nil })
    }

    /// Whether this runs in a container, as far as can be told.
    package var isContainer: Bool {
        if access("/.dockerenv", F_OK) == 0 || access("/run/.containerenv", F_OK) == 0 { return true }
        let group = MachineFile.text("\(proc)/1/cgroup") ?? ""
        return ["docker", "kubepods", "containerd", "lxc", "podman"].contains { group.contains($0) }
            || MachineFile.text("\(proc)/1/environ")?.contains("container=") ?? false
    }

    // MARK: disks

    /// The file system that a path lies on; nil with `errno` set.
    package func disk(_ path: String) -> Amount? {
        var status = statvfs()
        guard statvfs(path, &status) == 0 else { return nil }
        let block = Double(status.f_frsize)
        return Amount(used: Double(status.f_blocks - status.f_bfree) * block, total: Double(status.f_blocks) * block)
    }

    // MARK: reading

    private var now: Double { Double(cshims_monotonic_ns()) / 1e9 }

    private func number(_ path: String) -> Double? {
        MachineFile.text(path, sizeMax: 64)?.split(whereSeparator: \.isWhitespace).first.flatMap { Double($0) }
    }

    static func table(_ text: String, separator: Character) -> [String: Int] {
        var values: [String: Int] = [:]
        for line in text.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: separator, maxSplits: 1)
            guard parts.count == 2, let value = parts[1].split(separator: " ").first.flatMap({ Int($0) }) else { continue }
            values[String(parts[0])] = value
        }
        return values
    }
}
