import HCL
import JSON
import ProviderKit

extension ContainerRequest {
    func putMounts(_ body: inout JSONValue) {
        var binds: [String] = []
        var others: [String] = []
        var mounts = planned.blocks("mounts").map(mount)
        for block in planned.blocks("volumes") {
            if let container = block.json("from_container")?.stringValue {
                others.append(container + (block.bool("read_only") == true ? ":ro" : ""))
                continue
            }
            let path = block.json("host_path")?.stringValue
            let relabel = block.json("selinux_relabel")?.stringValue
            guard let source = path ?? block.json("volume_name")?.stringValue, path != nil || relabel != nil || source.hasPrefix("/") else {
                mounts.append(volume(block))
                continue
            }
            var modes = [block.bool("read_only") == true ? "ro" : "rw"]
            if let relabel { modes.append(relabel) }
            binds.append("\(source):\(block.string("container_path") ?? ""):\(modes.joined(separator: ","))")
        }
        if !binds.isEmpty { body["Binds"] = JSONValue(strings: binds) }
        if !others.isEmpty { body["VolumesFrom"] = JSONValue(strings: others) }
        if !mounts.isEmpty { body["Mounts"] = .array(mounts) }
    }

    /// A volume that the engine makes if there is none of the name; it gets labels only as a mount.
    private func volume(_ block: Value) -> JSONValue {
        var mount: JSONValue = ["Type": "volume", "VolumeOptions": ["Labels": JSONValue(strings: DockerLabels.ours(operation))]]
        for (name, member) in [("container_path", "Target"), ("volume_name", "Source"), ("read_only", "ReadOnly")] {
            mount.put(member, block.json(name))
        }
        return mount
    }

    private func mount(_ block: Value) -> JSONValue {
        var mount: JSONValue = [:]
        for (name, member) in [("type", "Type"), ("target", "Target"), ("source", "Source"), ("read_only", "ReadOnly")] {
            mount.put(member, block.json(name))
        }
        switch block.string("type") {
        case "bind":
            let propagation = block.blocks("bind_options").first?.json("propagation")
            if let propagation { mount["BindOptions"] = ["Propagation": propagation] }
        case "volume":
            let options = block.blocks("volume_options").first ?? .object([:])
            var entry: JSONValue = ["Labels": DockerLabels.all(options, operation)]
            entry.put("NoCopy", options.json("no_copy"))
            entry.put("Subpath", options.json("subpath"))
            var driver: JSONValue = [:]
            driver.put("Name", options.json("driver_name"))
            driver.put("Options", options.json("driver_options"))
            if driver != [:] { entry["DriverConfig"] = driver }
            mount["VolumeOptions"] = entry
        case "tmpfs":
            guard let options = block.blocks("tmpfs_options").first else { break }
            var entry: JSONValue = [:]
            entry.put("SizeBytes", options.json("size_bytes"))
            entry.put("Mode", options.json("mode"))
            mount["TmpfsOptions"] = entry
        default: break
        }
        return mount
    }
}
