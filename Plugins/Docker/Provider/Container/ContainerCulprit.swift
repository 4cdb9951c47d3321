import HCL
import ProviderKit

/// Which attribute of a container the engine's words are about, when it refuses to make or start one.
enum ContainerCulprit {
    /// In small letters: versions of the engine differ in theirs.
    private static let known: [(words: String, attribute: String)] = [
        ("is already in use by container", "name"), ("invalid container name", "name"), ("no such image", "image"),
        ("invalid reference format", "image"), ("port is already allocated", "ports"), ("address already in use", "ports"),
        ("invalid port", "ports"), ("could not select device driver", "gpus"), ("adding custom device", "devices"),
        ("unable to find user", "user"), ("no matching entries in passwd file", "user"), ("unable to find group", "group_add"),
        ("sysctl", "sysctls"), ("/proc/sys/", "sysctls"), ("invalid capadd", "capabilities"), ("invalid capdrop", "capabilities"),
        ("memory reservation", "memory"),
        ("minimum memory limit", "memory"), ("range of cpus", "cpus"), ("requested cpus", "cpu_set"), ("cpuset", "cpu_set"),
        ("runtime name", "runtime"), ("unknown runtime", "runtime"), ("log opt", "log_opts"), ("log driver", "log_driver"),
        ("logging plugin", "log_driver"), ("working directory", "working_dir"),
        ("invalid security option", "security_opts"), ("invalid --security-opt", "security_opts"), ("invalid mount", "mounts"),
        ("duplicate mount point", "volumes"),
        ("invalid volume", "volumes"), ("local volume name", "volumes"), ("mounting", "volumes"), ("invalid signal", "stop_signal"),
        ("ulimit", "ulimit"), ("rlimit", "ulimit"),
        ("invalid ip", "networks_advanced"), ("invalid hostname", "hostname"), ("sethostname", "hostname"),
    ]

    /// What says how a program is missing or cannot be run.
    private static let executions = ["executable file not found", "container process: exec:", "caused: exec:", "container init: exec:"]

    /// Nil if the words are about none, or about one that nobody knows.
    static func attribute(in words: String, _ planned: Value) -> AttributePath? {
        let words = words.lowercased()
        if executions.contains(where: words.contains) { return program(planned) }
        if words.contains("network "), words.contains(" not found") {
            return .attribute(planned.blocks("networks_advanced").isEmpty ? "network_mode" : "networks_advanced")
        }
        guard let found = known.first(where: { words.contains($0.words) })?.attribute else { return nil }
        // The engine does not tell the two apart.
        let isOther = found == "volumes" && planned.blocks("volumes").isEmpty || found == "mounts" && planned.blocks("mounts").isEmpty
        return .attribute(isOther ? (found == "volumes" ? "mounts" : "volumes") : found)
    }

    /// What names the program: the first word of the command only where there is no entry point.
    static func program(_ planned: Value) -> AttributePath {
        .attribute(planned.strings("entrypoint")?.isEmpty ?? true ? "command" : "entrypoint")
    }
}
