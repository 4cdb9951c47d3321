import DockerEngine
import HCL
import JSON
import NIOCore
import ProviderKit

/// Builds an image as a `build` block says.
struct ImageBuild {
    let backend: DockerBackend
    let operation: ProviderOperation
    let block: Value
    let name: String

    func run() async throws {
        let path = AttributePath.attribute("build")
        let dockerfile = block.string("dockerfile") ?? "Dockerfile"
        var context = ByteBuffer()
        if block.json("remote_context") == nil {
            let directory = HostFile.path(block.string("context") ?? ".", in: operation.environment.directory)
            context = try await BuildContext.archive(directory, dockerfile: dockerfile)
            operation.log("building the image \(name) from \(context.readableBytes / 1000) kB of \(directory)")
        }
        var credentials = backend.credentials
        for entry in block.blocks("auth_config") {
            let host = entry.string("host_name") ?? ""
            credentials[RegistryCredentials.key(host)] = RegistryCredentials(
                userName: entry.string("user_name") ?? "", password: entry.string("password") ?? "",
                identityToken: entry.string("identity_token") ?? "", serverAddress: entry.string("server_address") ?? host)
        }
        let progress = BuildProgress(operation: operation, title: "building \(name)", pace: backend.pace)
        _ = try await backend.ask("build the image \(name.goQuoted)", at: path) { [context, credentials] client in
            let size = context.readableBytes
            try await client.build(
                context, query: query(dockerfile), credentials: credentials, onSent: { progress.sent($0, of: size) }
            ) { progress.add($0) }
        }
        progress.finish()
    }

    /// What the engine adds to what the Dockerfile says, in the order of their names, with an image for each.
    static func labels(_ block: Value, _ operation: ProviderOperation) -> [String: String] {
        let own = (block.stringMap("labels") ?? [:]).merging(block.stringMap("label") ?? [:]) { $1 }
        return own.merging(DockerLabels.ours(operation)) { $1 }
    }

    private func query(_ dockerfile: String) -> [(String, String)] {
        var query = [("dockerfile", dockerfile), ("t", name)]
        query += (block.strings("tag") ?? []).filter { $0 != name }.map { ("t", $0) }
        query += (block.strings("extra_hosts") ?? []).map { ("extrahosts", $0) }
        query.append(("rm", block.bool("remove") == false ? "0" : "1"))
        // The container of a step that failed would stay, and nobody would know whose it is.
        query.append(("forcerm", block.bool("force_remove") == false ? "0" : "1"))
        for (name, parameter) in [
            ("suppress_output", "q"), ("no_cache", "nocache"), ("pull_parent", "pull"), ("squash", "squash"),
        ] where block.bool(name) == true { query.append((parameter, "1")) }
        for (name, parameter) in [
            ("remote_context", "remote"), ("isolation", "isolation"), ("cpu_set_cpus", "cpusetcpus"), ("cpu_set_mems", "cpusetmems"),
            ("cgroup_parent", "cgroupparent"), ("network_mode", "networkmode"), ("target", "target"), ("platform", "platform"),
            ("build_id", "buildid"),
        ] { if let text = block.string(name), !text.isEmpty { query.append((parameter, text)) } }
        for (name, parameter) in [
            ("cpu_shares", "cpushares"), ("cpu_quota", "cpuquota"), ("cpu_period", "cpuperiod"), ("memory", "memory"),
            ("memory_swap", "memswap"), ("shm_size", "shmsize"),
        ] { if let number = block.integer(name), number != 0 { query.append((parameter, String(number))) } }
        query.append(("labels", JSONValue(strings: Self.labels(block, operation)).serialized()))
        if let arguments = block.json("build_args") { query.append(("buildargs", arguments.serialized())) }
        if let sources = block.json("cache_from") { query.append(("cachefrom", sources.serialized())) }
        let limits = block.blocks("ulimit").map(ContainerRequest.ulimit)
        if !limits.isEmpty { query.append(("ulimits", JSONValue.array(limits).serialized())) }
        return query
    }
}
