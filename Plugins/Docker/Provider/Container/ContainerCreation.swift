import DockerEngine
import HCL
import JSON
import ProviderKit

/// Makes a container, step by step; what was begun is taken back if a later step fails.
struct ContainerCreation {
    let backend: DockerBackend
    let operation: ProviderOperation
    let planned: Value

    private var name: String { planned.string("name") ?? "" }
    private var title: String { "the container \(name.goQuoted)" }

    func run() async throws -> Value {
        try await refuseWhatIsTooNew()
        let image = planned.string("image") ?? ""
        let found = try await ImagePull(backend: backend, operation: operation)
            .image(image, platform: planned.json("platform")?.stringValue, at: .attribute("image"))
        let files = try await uploads()
        let agent = AgentUpload(backend, operation, planned, image: found)
        var request = ContainerRequest(planned: planned, operation: operation)
        request.environment = try await ServerAddress(backend, operation, planned)?.variables() ?? []
        let body = request.body
        let answer: JSONValue
        do {
            answer = try await create(body)
        } catch {
            guard let made = try await madeBefore() else { throw error }
            return made
        }
        let id = answer["Id"]?.stringValue ?? ""
        for warning in answer["Warnings"]?.stringList ?? [] { operation.log("the engine warns: \(warning)") }
        do {
            try await operation.record(JSONValue.object(["id": .string(id)]).serialized())
            try await connect(id)
            try await agent?.run(id)
            if let files {
                try await backend.ask("upload files into \(title)", at: .attribute("upload")) {
                    try await $0.putArchive(files.finished(), in: id, at: "/")
                }
            }
            if planned.bool("start") != false {
                try await start(id)
                if planned.bool("wait") == true { try await waitUntilHealthy(id) }
            }
            let logs = planned.bool("attach") == true ? try await attach(id) : nil
            // One that removes itself when it ends may be gone.
            let inspection = try await backend.ask("read \(title)") { try await $0.container(id) }
            return ContainerResource.state(planned, ContainerFindings(inspection: inspection), logs: logs)
        } catch {
            await takeBack(id)
            throw error
        }
    }

    /// What the same change made before and could not say: taken for what is wanted if it runs, so that nothing is made twice.
    private func madeBefore() async throws -> Value? {
        guard planned.bool("start") != false, let filter = DockerLabels.filter(operation) else { return nil }
        let found = try await backend.ask("look for \(title)") { try await $0.containers(filters: filter) }.first
        guard let id = found?["Id"]?.stringValue else { return nil }
        let findings = ContainerFindings(inspection: try await backend.ask("read \(title)") { try await $0.container(id) })
        return findings.isRunning ? ContainerResource.state(planned, findings, logs: nil) : nil
    }

    private func create(_ body: JSONValue) async throws -> JSONValue {
        do {
            return try await backend.client().createContainer(body, name: name, platform: planned.json("platform")?.stringValue)
        } catch let error as DockerError {
            if error.code == .interrupted { await takeBackUnknown() }
            throw ProviderError(error, "create \(title)", at: ContainerCulprit.attribute(in: error.message, planned))
        }
    }

    /// Removes what the engine made without being able to say so. It may be at it still, so it is asked more than once.
    private func takeBackUnknown() async {
        guard let filter = DockerLabels.filter(operation) else { return }
        for _ in 0..<Self.searches {
            // An engine that is gone is asked by whoever comes next, by the same label.
            guard let found = try? await backend.client().containers(filters: filter) else { return }
            if let id = found.first?["Id"]?.stringValue { return await takeBack(id) }
            // Cancelled, it goes on at once, and ends the sooner.
            try? await Task.sleep(for: .milliseconds(500))
        }
    }

    private static let removalLimit = Duration.seconds(60)
    /// How often the engine is asked for a container whose making it did not answer.
    private static let searches = 4

    /// Removes what was made, also when this task is cancelled. If that fails too, the container is found by its label.
    private func takeBack(_ id: String) async {
        let backend = backend
        let operation = operation
        // A task of its own, so that it goes on where this one is cancelled; it is waited for, but not for ever.
        let removal = Task {
            do {
                try await backend.client().removeContainerForGood(id, volumes: true)
            } catch {
                operation.log("the container \(id) could not be removed after the failure: \(error)")
            }
        }
        let limit = Task {
            try await Task.sleep(for: Self.removalLimit)
            removal.cancel()
        }
        await removal.value
        limit.cancel()
    }

    /// An engine leaves out what it does not know, without saying so.
    private func refuseWhatIsTooNew() async throws {
        let version = try await backend.ask("ask the engine for its version") { try await $0.version() }
        let checks = planned.blocks("healthcheck").compactMap { $0.string("start_interval") }
        let options = planned.blocks("mounts").flatMap { $0.blocks("volume_options") }
        let needs: [(Bool, APIVersion, String, String)] = [
            (options.contains { $0.json("subpath") != nil }, APIVersion(1, 45), "subpath of volume_options", "mounts"),
            (checks.contains { $0 != "0s" && $0 != "" }, APIVersion(1, 44), "start_interval", "healthcheck"),
            (
                planned.blocks("networks_advanced").contains { $0.json("gw_priority") != nil }, APIVersion(1, 48), "gw_priority",
                "networks_advanced"
            ),
            (planned.json("cgroupns_mode") != nil, APIVersion(1, 41), "cgroupns_mode", "cgroupns_mode"),
            (planned.json("platform") != nil, APIVersion(1, 41), "platform", "platform"),
        ]
        for (isWanted, needed, what, attribute) in needs where isWanted && version < needed {
            throw ProviderError(
                "The Docker Engine is too old", "\(what) needs API version \(needed), and the engine speaks \(version).",
                at: .attribute(attribute))
        }
    }

    // MARK: Steps

    private func connect(_ id: String) async throws {
        let networks = planned.blocks("networks_advanced")
        guard !networks.isEmpty else { return }
        if planned.string("network_mode") == "bridge" {
            try await backend.ask("take \(title) off the default network") { try await $0.disconnect(id, from: "bridge", force: true) }
        }
        for block in networks {
            var settings: JSONValue = [:]
            for (name, member) in [("aliases", "Aliases"), ("mac_address", "MacAddress"), ("gw_priority", "GwPriority")] {
                settings.put(member, block.json(name))
            }
            var addresses: JSONValue = [:]
            for (name, member) in [("ipv4_address", "IPv4Address"), ("ipv6_address", "IPv6Address"), ("link_local_ips", "LinkLocalIPs")] {
                addresses.put(member, block.json(name))
            }
            if addresses != [:] { settings["IPAMConfig"] = addresses }
            let options = (block.strings("driver_opts") ?? []).map { option in
                let parts = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
                return (parts[0], parts.count > 1 ? parts[1] : "")
            }
            if !options.isEmpty { settings["DriverOpts"] = JSONValue(strings: Dictionary(options) { $1 }) }
            let network = block.string("name") ?? ""
            try await backend.ask("connect \(title) to the network \(network.goQuoted)", at: .attribute("networks_advanced")) {
                [settings] in
                try await $0.connect(id, to: network, settings: settings)
            }
        }
    }

    /// Files to put into the container; nil if there are none.
    private func uploads() async throws -> TarArchive? {
        let blocks = planned.blocks("upload")
        guard !blocks.isEmpty else { return nil }
        var archive = TarArchive()
        for block in blocks {
            let mode = block.string("permissions").flatMap { Int($0, radix: 8) } ?? (block.bool("executable") == true ? 0o744 : 0o644)
            let path = (block.string("file") ?? "").drop { $0 == "/" }
            archive.addFile(String(path), mode: mode, try await content(block))
        }
        return archive
    }

    private func content(_ block: Value) async throws -> [UInt8] {
        if let text = block.string("content") { return Array(text.utf8) }
        if let text = block.string("content_base64") {
            do {
                return try Base64.decode(text)
            } catch {
                throw ProviderError("Invalid upload", "content_base64 is no base64.", at: .attribute("upload"))
            }
        }
        let source = block.string("source") ?? ""
        guard let bytes = try await HostFile.read(HostFile.path(source, in: operation.environment.directory)) else {
            throw ProviderError("Invalid upload", "There is no file \(source.goQuoted).", at: .attribute("upload"))
        }
        return bytes
    }
}
