import HCL
import JSON
import ProviderKit

/// What the engine says of a container.
struct ContainerFindings {
    let inspection: JSONValue

    private var configuration: JSONValue { inspection["Config"] ?? .null }
    private var host: JSONValue { inspection["HostConfig"] ?? .null }
    private var network: JSONValue { inspection["NetworkSettings"] ?? .null }

    var id: String { inspection["Id"]?.stringValue ?? "" }
    /// Without the slash in front.
    var name: String { String((inspection["Name"]?.stringValue ?? "").drop { $0 == "/" }) }
    var isRunning: Bool { inspection["State"]?["Running"]?.boolValue == true }
    /// Whether it never ran.
    var isNew: Bool { inspection["State"]?["Status"]?.stringValue == "created" }
    var exitCode: Int { inspection["State"]?["ExitCode"]?.intValue ?? 0 }
    /// Why it did not start, in the engine's words.
    var startError: String { inspection["State"]?["Error"]?.stringValue ?? "" }
    /// Nil if it has no healthcheck.
    var health: String? { inspection["State"]?["Health"]?["Status"]?.stringValue }
    var labels: JSONValue? { configuration["Labels"] }
    /// Whether output and errors are one.
    var hasTerminal: Bool { configuration["Tty"]?.boolValue == true }
    /// What its variables are called.
    var environmentNames: [String] { (configuration["Env"]?.stringList ?? []).map { String($0.prefix { $0 != "=" }) } }

    /// What the template may leave to the engine.
    var computed: [String: Value] {
        [
            "id": .string(id), "hostname": .optional(configuration["Hostname"]?.stringValue),
            "command": .strings(configuration["Cmd"]?.stringList ?? []),
            "entrypoint": .strings(configuration["Entrypoint"]?.stringList ?? []),
            "env": .stringSet(environment), "stop_signal": .optional(configuration["StopSignal"]?.stringValue),
            "stop_timeout": number(configuration["StopTimeout"]), "init": .bool(host["Init"]?.boolValue ?? false),
            "platform": .optional(inspection["Platform"]?.stringValue), "runtime": .optional(host["Runtime"]?.stringValue),
            "shm_size": .integer((host["ShmSize"]?.intValue ?? 0) >> 20), "log_driver": .optional(host["LogConfig"]?["Type"]?.stringValue),
            "ipc_mode": .optional(host["IpcMode"]?.stringValue), "security_opts": .stringSet(host["SecurityOpt"]?.stringList ?? []),
            "healthcheck": healthcheck,
        ].merging(current) { $1 }
    }

    /// Without what a template knows nothing of.
    private var environment: [String] {
        (configuration["Env"]?.stringList ?? []).filter { !$0.hasPrefix("\(AgentDelivery.urlVariable)=") }
    }

    /// What changes as the container lives.
    var current: [String: Value] {
        [
            "bridge": .string(network["Bridge"]?.stringValue ?? ""), "network_data": networkData,
            "exit_code": isRunning || isNew ? .null(.number) : .integer(exitCode),
        ]
    }

    private func number(_ value: JSONValue?) -> Value { value?.intValue.map { .integer($0) } ?? .null(.number) }

    private var networkData: Value {
        let networks = (network["Networks"]?.objectValue ?? [:]).sorted { $0.key < $1.key }.map { name, entry in
            func text(_ member: String) -> Value { .string(entry[member]?.stringValue ?? "") }
            func count(_ member: String) -> Value { .integer(entry[member]?.intValue ?? 0) }
            return Value.object([
                "network_name": .string(name), "ip_address": text("IPAddress"), "ip_prefix_length": count("IPPrefixLen"),
                "gateway": text("Gateway"), "global_ipv6_address": text("GlobalIPv6Address"),
                "global_ipv6_prefix_length": count("GlobalIPv6PrefixLen"), "ipv6_gateway": text("IPv6Gateway"),
                "mac_address": text("MacAddress"),
            ])
        }
        return .list(networks, of: .object(ContainerSchema.networkData))
    }

    private var healthcheck: Value {
        guard let check = configuration["Healthcheck"], !check.isNull else { return ContainerSchema.healthcheck.value([]) }
        func duration(_ member: String) -> Value { .string(Self.duration(check[member]?.intValue ?? 0)) }
        return ContainerSchema.healthcheck.value([
            .object([
                "test": .strings(check["Test"]?.stringList ?? []), "interval": duration("Interval"), "timeout": duration("Timeout"),
                "start_period": duration("StartPeriod"), "start_interval": duration("StartInterval"),
                "retries": .integer(check["Retries"]?.intValue ?? 0),
            ])
        ])
    }

    /// Whole milliseconds are what people write: `90s`, `1500ms`.
    private static func duration(_ nanoseconds: Int) -> String {
        nanoseconds % 1_000_000_000 == 0 ? "\(nanoseconds / 1_000_000_000)s" : "\(nanoseconds / 1_000_000)ms"
    }

    /// The ports of a value with what they are outside, where the engine chose.
    func ports(_ value: Value) -> Value {
        var used: [String: Int] = [:]
        let blocks = value.blocks("ports").map { block in
            let (port, address) = (ContainerRequest.port(block), block.string("ip") ?? "0.0.0.0")
            // Blocks of one port and address come in the order in which they were asked for.
            let place = used["\(port) \(address)", default: 0]
            used["\(port) \(address)"] = place + 1
            func external(_ bindings: JSONValue?) -> Int? {
                let bindings = (bindings?[port]?.arrayValue ?? []).filter { ($0["HostIp"]?.filled ?? "0.0.0.0") == address }
                return bindings.indices.contains(place) ? bindings[place]["HostPort"]?.stringValue.flatMap { Int($0) } : nil
            }
            let known = block[attribute: "external"]
            let isChosen = external(host["PortBindings"]) ?? 0 == 0
            if !isChosen, known.isKnown { return block }
            return block.setting(["external": external(network["Ports"]).map { .integer($0) } ?? (known.isKnown ? known : .null(.number))])
        }
        return ContainerSchema.ports.value(blocks)
    }

    // MARK: What somebody may have changed by hand

    /// The attributes of a state that are different now; where the engine says the same in other words, the state's stay.
    func drift(from state: Value, swapIsLimited: Bool) -> [String: Value] {
        var changes: [String: Value] = [:]
        func compare(_ attribute: String, _ now: Int) {
            let before = state.integer(attribute) ?? 0
            if before != now { changes[attribute] = .integer(now) }
        }
        func megabytes(_ member: String) -> Int {
            let bytes = host[member]?.intValue ?? 0
            return bytes > 0 ? bytes >> 20 : bytes
        }
        compare("max_retry_count", host["RestartPolicy"]?["MaximumRetryCount"]?.intValue ?? 0)
        compare("memory", megabytes("Memory"))
        compare("memory_reservation", megabytes("MemoryReservation"))
        compare("cpu_shares", host["CpuShares"]?.intValue ?? 0)
        // Without a value the engine derives one, and without support of the kernel it has none.
        if state.integer("memory_swap") ?? 0 != 0, swapIsLimited { compare("memory_swap", megabytes("MemorySwap")) }
        if state.json("cpus") == nil {
            compare("cpu_period", host["CpuPeriod"]?.intValue ?? 0)
            compare("cpu_quota", host["CpuQuota"]?.intValue ?? 0)
        }
        let restart = host["RestartPolicy"]?["Name"]?.filled ?? "no"
        if state.string("restart") ?? "no" != restart { changes["restart"] = .string(restart) }
        let processors = host["CpusetCpus"]?.stringValue ?? ""
        if state.string("cpu_set") ?? "" != processors { changes["cpu_set"] = .string(processors) }
        if state.string("name") != name { changes["name"] = .string(name) }
        let networks = state.blocks("networks_advanced")
        let left = networks.filter { isConnected(to: $0.string("name") ?? "") }
        if left.count != networks.count { changes["networks_advanced"] = ContainerSchema.blocks["networks_advanced"]?.value(left) }
        return changes
    }

    private func isConnected(to name: String) -> Bool {
        (network["Networks"]?.objectValue ?? [:]).contains { key, entry in
            let id = entry["NetworkID"]?.filled
            // Before the first start the engine does not say which network a name is.
            return key == name || id == name || id.map { name.count >= 12 && $0.hasPrefix(name) } ?? (name.count >= 12)
        }
    }
}
