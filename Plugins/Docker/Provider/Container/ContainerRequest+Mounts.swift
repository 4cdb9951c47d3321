import HCL
import JSON
import ProviderKit

extension ContainerRequest {
    func putMounts(_ body: inout JSONValue) {
        var binds: [String] = []
        var others: [String] = []
        for block in planned.blocks("volumes") {
            if let container = block.json("from_container")?.stringValue {
                others.append(container + (block.bool("read_only") == true ? ":ro" : ""))
                continue
            }
            guard let source = block.json("host_path")?.stringValue ?? block.json("volume_name")?.stringValue else { continue }
            var modes = [block.bool("read_only") == true ? "ro" : "rw"]
            if let label = block.json("selinux_relabel")?.stringValue { modes.append(label) }
            binds.append("\(source):\(block.string("container_path") ?? ""):\(modes.joined(separator: ","))")
        }
        if !binds.isEmpty { body["Binds"] = JSONValue(strings: binds) }
        if !others.isEmpty { body["VolumesFrom"] = JSONValue(strings: others) }
        let mounts = planned.blocks("mounts").map(Self.mount)
        if !mounts.isEmpty { body["Mounts"] = .array(mounts) }
    }

    private static func mount(_ block: Value) -> JSONValue {
        var mount: JSONValue = [:]
        for (name, member) in [("type", "Type"), ("target", "Target"), ("source", "Source"), ("read_only", "ReadOnly")] {
            mount.put(member, block.json(name))
        }
        switch block.string("type") {
        case "bind":
            let propagation = block.blocks("bind_options").first?.json("propagation")
            if let propagation { mount["BindOptions"] = ["Propagation": propagation] }
        case "volume":
            guard let options = block.blocks("volume_options").first else { break }
            var entry: JSONValue = [:]
            entry.put("NoCopy", options.json("no_copy"))
            entry.put("Subpath", options.json("subpath"))
            let labels = DockerLabels.map(options)
            if !labels.isEmpty { entry["Labels"] = JSONValue(strings: labels) }
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
