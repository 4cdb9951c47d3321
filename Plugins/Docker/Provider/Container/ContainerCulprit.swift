import HCL
import ProviderKit

/// Which attribute of a container the engine's words are about, when it refuses to make or start one.
enum ContainerCulprit {
    private static let known: [(words: String, attribute: String)] = [
        ("is already in use by container", "name"), ("Invalid container name", "name"), ("No such image", "image"),
        ("invalid reference format", "image"), ("port is already allocated", "ports"), ("address already in use", "ports"),
        ("invalid port", "ports"), ("could not select device driver", "gpus"), ("adding custom device", "devices"),
        ("unable to find user", "user"), ("no matching entries in passwd file", "user"), ("unable to find group", "group_add"),
        ("sysctl", "sysctls"), ("invalid CapAdd", "capabilities"), ("invalid CapDrop", "capabilities"), ("memory reservation", "memory"),
        ("Minimum memory limit", "memory"), ("Range of CPUs", "cpus"), ("Requested CPUs", "cpu_set"), ("invalid cpuset", "cpu_set"),
        ("runtime name", "runtime"), ("log driver", "log_driver"), ("log opt", "log_opts"), ("working directory", "working_dir"),
        ("invalid security option", "security_opts"), ("invalid mount", "mounts"), ("Duplicate mount point", "volumes"),
        ("invalid volume", "volumes"), ("mounting", "volumes"), ("invalid signal", "stop_signal"), ("ulimit", "ulimit"),
        ("invalid IP", "networks_advanced"), ("invalid hostname", "hostname"),
    ]

    /// Nil if the words are about none, or about one that nobody knows.
    static func attribute(in words: String, _ planned: Value) -> AttributePath? {
        if words.contains("executable file not found") || words.contains("error during container init: exec:") {
            // The first word of the command is the program only where there is no entry point.
            return .attribute(planned.json("entrypoint") == nil ? "command" : "entrypoint")
        }
        if words.contains("network "), words.contains(" not found") {
            return .attribute(planned.blocks("networks_advanced").isEmpty ? "network_mode" : "networks_advanced")
        }
        return known.first { words.contains($0.words) }.map { .attribute($0.attribute) }
    }
}
