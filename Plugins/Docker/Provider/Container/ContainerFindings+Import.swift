import HCL
import JSON
import ProviderKit

extension ContainerFindings {
    /// A container that nobody described yet, as far as what was made of it tells what was wanted.
    func imported(_ operation: ProviderOperation) -> Value {
        let block = ContainerSchema.schema.block
        let (configuration, host) = (inspection["Config"] ?? .null, inspection["HostConfig"] ?? .null)
        var found = computed
        for (name, attribute) in block.attributes { if let fallback = attribute.fallback { found[name] = fallback } }
        found["image"] = .optional(configuration["Image"]?.stringValue)
        for (name, member) in [("user", "User"), ("working_dir", "WorkingDir"), ("domainname", "Domainname")] {
            found[name] = .optional(configuration[member]?.filled)
        }
        for (name, member) in [
            ("network_mode", "NetworkMode"), ("pid_mode", "PidMode"), ("userns_mode", "UsernsMode"), ("cgroup_parent", "CgroupParent"),
        ] { found[name] = .optional(host[member]?.filled) }
        for (name, member) in [("rm", "AutoRemove"), ("read_only", "ReadonlyRootfs")] {
            found[name] = .bool(host[member]?.boolValue ?? false)
        }
        for (name, member) in [("privileged", "Privileged"), ("publish_all_ports", "PublishAllPorts")] {
            found[name] = host[member]?.boolValue == true ? .true : .null(.bool)
        }
        for (name, member) in [("tty", "Tty"), ("stdin_open", "OpenStdin")] {
            found[name] = .bool(configuration[member]?.boolValue ?? false)
        }
        found["labels"] = DockerLabels.value(DockerLabels.foreign(labels?.strings ?? [:], operation))
        let state = block.resolved(.object([:]), found)
        return state.setting(drift(from: state, swapIsLimited: true))
    }
}
