import HCL
import JSON
import ProviderKit

extension ContainerRequest {
    /// What belongs to the container on this engine.
    var host: JSONValue {
        var body = limits
        for (name, member) in [
            ("privileged", "Privileged"), ("publish_all_ports", "PublishAllPorts"), ("runtime", "Runtime"), ("rm", "AutoRemove"),
            ("read_only", "ReadonlyRootfs"), ("tmpfs", "Tmpfs"), ("dns", "Dns"), ("dns_opts", "DnsOptions"), ("dns_search", "DnsSearch"),
            ("network_mode", "NetworkMode"), ("userns_mode", "UsernsMode"), ("pid_mode", "PidMode"), ("sysctls", "Sysctls"),
            ("ipc_mode", "IpcMode"), ("group_add", "GroupAdd"), ("cgroupns_mode", "CgroupnsMode"), ("cgroup_parent", "CgroupParent"),
            ("storage_opts", "StorageOpt"),
        ] { body.put(member, planned.json(name)) }
        // Without it, the engine decides.
        body.put("Init", planned.bool("init").map { .bool($0) })
        body.put("ShmSize", planned.megabytes("shm_size"))
        var log: JSONValue = [:]
        log.put("Type", planned.json("log_driver"))
        log.put("Config", planned.json("log_opts"))
        if log != [:] { body["LogConfig"] = log }
        putSecurity(&body)
        putDevices(&body)
        putMounts(&body)
        let hosts = planned.blocks("host").map { "\($0.string("host") ?? ""):\($0.string("ip") ?? "")" }
        if !hosts.isEmpty { body["ExtraHosts"] = JSONValue(strings: hosts.sorted()) }
        let bindings = Dictionary(grouping: planned.blocks("ports"), by: Self.port)
        if !bindings.isEmpty {
            body["PortBindings"] = .object(
                bindings.mapValues { blocks in
                    .array(
                        blocks.map { block in
                            let external = block.integer("external") ?? 0
                            return [
                                "HostIp": .string(block.string("ip") ?? ""), "HostPort": .string(external == 0 ? "" : String(external)),
                            ]
                        })
                })
        }
        return body
    }

    /// What the engine can change later: limits, and when to start again.
    var limits: JSONValue {
        var body: JSONValue = [
            "RestartPolicy": [
                "Name": .string(planned.string("restart") ?? "no"), "MaximumRetryCount": JSONValue(planned.integer("max_retry_count") ?? 0),
            ]
        ]
        body.put("Memory", planned.megabytes("memory"))
        body.put("MemoryReservation", planned.megabytes("memory_reservation"))
        body.put("MemorySwap", planned.megabytes("memory_swap"))
        body.put("CpuShares", planned.json("cpu_shares"))
        body.put("CpusetCpus", planned.json("cpu_set"))
        if let cpus = planned.string("cpus").flatMap(Self.nanoCPUs), cpus > 0 {
            body["NanoCpus"] = .integer(cpus)
        } else {
            body.put("CpuPeriod", planned.json("cpu_period"))
            body.put("CpuQuota", planned.json("cpu_quota"))
        }
        return body
    }

    private func putSecurity(_ body: inout JSONValue) {
        var options = planned.strings("security_opts") ?? []
        // The Docker command, not the engine, understands this one.
        if let index = options.firstIndex(of: "systempaths=unconfined") {
            options.remove(at: index)
            body["MaskedPaths"] = []
            body["ReadonlyPaths"] = []
        }
        if !options.isEmpty { body["SecurityOpt"] = JSONValue(strings: options) }
        if let block = planned.blocks("capabilities").first {
            body.put("CapAdd", block.json("add"))
            body.put("CapDrop", block.json("drop"))
        }
        let limits = planned.blocks("ulimit").map(Self.ulimit)
        if !limits.isEmpty { body["Ulimits"] = .array(limits) }
    }

    private func putDevices(_ body: inout JSONValue) {
        let devices: [JSONValue] = planned.blocks("devices").map { block in
            let path = block.string("host_path") ?? ""
            return [
                "PathOnHost": .string(path), "PathInContainer": .string(block.json("container_path")?.stringValue ?? path),
                "CgroupPermissions": .string(block.string("permissions") ?? "rwm"),
            ]
        }
        if !devices.isEmpty { body["Devices"] = .array(devices) }
        for (name, member) in [
            ("device_read_bps", "BlkioDeviceReadBps"), ("device_read_iops", "BlkioDeviceReadIOps"),
            ("device_write_bps", "BlkioDeviceWriteBps"), ("device_write_iops", "BlkioDeviceWriteIOps"),
        ] {
            let limits: [JSONValue] = planned.blocks(name).map { block in
                ["Path": .string(block.string("path") ?? ""), "Rate": JSONValue(block.integer("rate") ?? 0)]
            }
            if !limits.isEmpty { body[member] = .array(limits) }
        }
        var requests: [JSONValue] = planned.blocks("device_requests").map { block in
            var request: JSONValue = ["Driver": .string(block.string("driver") ?? "cdi"), "Count": JSONValue(block.integer("count") ?? 0)]
            request.put("DeviceIDs", block.json("device_ids"))
            request.put("Options", block.json("options"))
            if let capabilities = block.json("capabilities") { request["Capabilities"] = [capabilities] }
            return request
        }
        if let text = planned.string("gpus") {
            let plain = text.filter { !"\"' ".contains($0) }
            var request: JSONValue = ["Driver": "", "Capabilities": [["gpu"]]]
            if plain.hasPrefix("device=") {
                request["DeviceIDs"] = JSONValue(strings: plain.dropFirst("device=".count).split(separator: ",").map(String.init))
            } else {
                request["Count"] = -1
            }
            requests.append(request)
        }
        if !requests.isEmpty { body["DeviceRequests"] = .array(requests) }
    }
}
