import DockerEngine
import HCL
import JSON
import ProviderKit

/// The networks that a container is going to be in, and what they say of the way to the server's machine.
struct ContainerSurroundings {
    let backend: DockerBackend
    let planned: Value
    let port: Int

    enum Result: Equatable {
        /// A loopback address means the server's machine in the container, too.
        case same
        case unreachable(String)
        /// The best first.
        case candidates([ServerAddress.Candidate])
    }

    /// How many containers may share one network through one another.
    private static let depthMax = 4

    func find() async throws -> Result {
        let modes = try await modes()
        guard !modes.isEmpty else { return .unreachable("the container has no network (network_mode = \"none\")") }
        let engine = try backend.client().endpoint
        if let remote = engine.remote {
            guard let address = await LocalMachine.address(towards: remote.host, remote.port) else {
                return .unreachable("this machine has no way to the engine at \(engine.text)")
            }
            // The engine may have been named by an address of this machine.
            if !ServerURL.isLoopback(address), address != remote.host {
                return .candidates([.init(host: address, reason: "this machine's address towards the engine at \(engine.text)")])
            }
        }
        let info = try await backend.ask("ask the engine what it is") { try await $0.info() }
        if info["OperatingSystem"]?.stringValue?.contains("Docker Desktop") == true {
            let reason = "the name that Docker Desktop has for its machine"
            return .candidates([.init(host: "host.docker.internal", reason: reason, isKnownHere: false)])
        }
        let isRootless = (info["SecurityOptions"]?.stringList ?? []).contains { $0.contains("name=rootless") }
        if modes == ["host"], !isRootless { return .same }
        var candidates: [ServerAddress.Candidate] = []
        var isCutOff = true
        for mode in modes where mode != "host" && !isRootless {
            let network = try await backend.ask("read the network \(mode.goQuoted)") { try await $0.network(mode) }
            if ["macvlan", "ipvlan"].contains(network["Driver"]?.stringValue) { continue }
            isCutOff = false
            candidates += try await gateways(network)
        }
        if isCutOff, !isRootless {
            return .unreachable("a network of the driver macvlan or ipvlan leads to every machine but the one that the container is on")
        }
        // Behind the engine's own network stack, and with networks that have no gateway, the way leads out and in again.
        let reason = isRootless ? "this machine's address, because the engine is rootless" : "this machine's address"
        if let address = await LocalMachine.mainAddress() { candidates.append(.init(host: address, reason: reason)) }
        return .candidates(candidates)
    }

    /// Names or identifiers of networks, `host`; empty for none.
    private func modes() async throws -> [String] {
        let advanced = planned.blocks("networks_advanced").compactMap { $0.string("name") }
        var mode = planned.string("network_mode") ?? "bridge"
        for _ in 0..<Self.depthMax {
            guard mode.hasPrefix("container:") else { break }
            let other = String(mode.dropFirst("container:".count))
            let inspection = try await backend.ask("read the container \(other.goQuoted)") { try await $0.container(other) }
            mode = inspection["HostConfig"]?["NetworkMode"]?.stringValue ?? "none"
            let networks = (inspection["NetworkSettings"]?["Networks"]?.objectValue ?? [:]).keys.sorted()
            if !networks.isEmpty, mode != "host" { return networks.filter { $0 != "none" } }
        }
        switch mode {
        // The container is taken off the default network if it is put into others.
        case "bridge", "default", "": return advanced.isEmpty ? ["bridge"] : advanced
        case "none": return advanced
        default: return [mode] + advanced.filter { $0 != mode }
        }
    }

    /// The addresses that a network's machine has in it.
    private func gateways(_ network: JSONValue) async throws -> [ServerAddress.Candidate] {
        var network = network
        if network["Driver"]?.stringValue == "overlay" {
            // The way out of a network of a swarm is another one.
            let bridge = try await backend.find("read the network \"docker_gwbridge\"") { try await $0.network("docker_gwbridge") }
            guard let bridge else { return [] }
            network = bridge
        }
        let name = network["Name"]?.stringValue ?? ""
        let addresses = (network["IPAM"]?["Config"]?.arrayValue ?? []).compactMap { entry in
            entry["Gateway"]?.filled ?? entry["Subnet"]?.filled.flatMap(Self.firstAddress)
        }
        // With a length behind it in some versions of the engine.
        let plain = addresses.map { String($0.prefix { $0 != "/" }) }
        return (plain.filter { !$0.contains(":") } + plain.filter { $0.contains(":") }).map {
            .init(host: $0, reason: "the gateway of the network \(name.goQuoted)")
        }
    }

    /// What the engine takes for the gateway where it does not say one: the first address of an IPv4 subnet.
    static func firstAddress(_ subnet: String) -> String? {
        guard let match = subnet.wholeMatch(of: /([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\/([0-9]{1,2})/) else { return nil }
        let bytes = [match.1, match.2, match.3, match.4].compactMap { UInt32($0) }
        guard bytes.count == 4, bytes.allSatisfy({ $0 < 256 }), let length = Int(match.5), (1...30).contains(length) else { return nil }
        let address = bytes.reduce(0) { $0 << 8 | $1 } & (~0 << UInt32(32 - length)) + 1
        return [24, 16, 8, 0].map { String(address >> $0 & 255) }.joined(separator: ".")
    }
}

extension DockerEndpoint {
    /// The machine of the engine, if the address names another one.
    fileprivate var remote: (host: String, port: Int)? {
        guard case .tcp(let name, let port) = address else { return nil }
        let host = String(name.drop { $0 == "[" }.prefix { $0 != "]" })
        return ServerURL.isLoopback(host) ? nil : (host, port)
    }
}
