import DockerEngine
import DockerTestSupport
import JSON
import ProviderKit
import Synchronization
import Testing

@testable import DockerProvider

@Suite("actions on a container", .enabled(if: TestEngine.isAvailable, Comment(rawValue: TestEngine.reason)))
struct OperationsTests {
    private let client: DockerClient
    private let operations: DockerOperations
    private static let labels = ["berth.deployment": "ops", "berth.workspace": "w1", "berth.operation": "of now"]

    init() async throws {
        client = try await TestEngine.shared.client()
        operations = DockerOperations(client: client, labels: Self.labels)
    }

    private func make(_ name: String, _ script: String, _ more: JSONValue = [:]) async throws {
        var body: JSONValue = [
            "Image": .string(TestEngine.image), "Cmd": ["sh", "-c", .string(script)],
            "Labels": ["berth.deployment": "ops", "berth.workspace": "w1", "berth.change": .string("made \(name)")],
        ]
        for (key, value) in more.objectValue ?? [:] { body[key] = value }
        _ = try await client.createContainer(body, name: name)
        try await client.startContainer(name)
    }

    private func log(
        _ name: String, tail: Int? = nil, since: String = "", follows: Bool = false, sizeMax: Int = 1 << 20, secondsMax: Int = 60
    ) async throws -> (DockerOperations.LogEnd, String) {
        let text = Mutex("")
        let end = try await operations.logs(
            name, tail: tail, since: since, follows: follows, sizeMax: sizeMax, secondsMax: secondsMax
        ) { frame in
            text.withLock { $0 += String(decoding: frame.bytes, as: UTF8.self) }
        }
        return (end, text.withLock(\.self))
    }

    @Test("a log is told from its end, from a moment on, up to a size, and followed up to the container's end or a time")
    func logs() async throws {
        try await make("ops-log", "for i in 1 2 3 4; do echo line$i; done; sleep 1; echo last; sleep 1000")
        #expect(try await log("ops-log", tail: 2, follows: true, secondsMax: 3) == (.timeLimit, "line3\nline4\nlast\n"))
        #expect(try await log("ops-log", sizeMax: 7) == (.sizeLimit, "line1\nl"))
        #expect(try await log("ops-log", since: "2099-01-01T00:00:00Z") == (.complete, ""))
        #expect(try await log("ops-log", tail: 1, since: "1h") == (.complete, "last\n"))
        await #expect(throws: ProviderError.self) { _ = try await log("ops-log", since: "yesterday") }
        try await client.stopContainer("ops-log", graceSeconds: 0)
        #expect(try await log("ops-log", tail: 1, follows: true) == (.complete, "last\n"))
        let following = Task { try await log("ops-log", tail: 0, follows: true) }
        following.cancel()
        await #expect(throws: CancellationError.self) { _ = try await following.value }
        try await client.removeContainer("ops-log")
    }

    @Test("a command runs as asked; output and errors are apart, bounded, and its exit code is told")
    func exec() async throws {
        try await make("ops-exec", "sleep 1000")
        let result = try await operations.exec(
            "ops-exec", command: ["sh", "-c", "id -u; pwd; echo $A; echo bad >&2; exit 5"], user: "1000", directory: "/etc",
            environment: ["A=1"])
        #expect(result.exitCode == 5 && String(decoding: result.output.output, as: UTF8.self) == "1000\n/etc\n1\n")
        #expect(String(decoding: result.output.errors, as: UTF8.self) == "bad\n" && !result.output.isTruncated)
        let long = try await operations.exec(
            "ops-exec", command: ["sh", "-c", "i=0; while [ $i -lt 3000 ]; do echo 0123456789; i=$((i+1)); done; exit 6"], sizeMax: 1000)
        #expect(long.exitCode == 6 && long.output.isTruncated && long.output.output.count == 1000)
        let missing = try await operations.exec("ops-exec", command: ["no-such-program"])
        #expect([126, 127].contains(missing.exitCode))
        let user = try await operations.exec("ops-exec", command: ["true"], user: "nobody-here")
        #expect(user.exitCode == 126 && String(decoding: user.output.output, as: UTF8.self).contains("nobody-here"), "\(user)")
        let running = Task { try await operations.exec("ops-exec", command: ["sleep", "1000"]) }
        try await Task.sleep(for: .milliseconds(100))
        running.cancel()
        await #expect(throws: CancellationError.self) { _ = try await running.value }
        try await client.stopContainer("ops-exec", graceSeconds: 0)
        let stopped = await #expect(throws: ProviderError.self) { _ = try await operations.exec("ops-exec", command: ["true"]) }
        #expect(stopped?.description.contains("\"ops-exec\" does not run") == true)
        try await client.removeContainer("ops-exec")
    }

    @Test("a restart makes a new process; one that ends at once is an error")
    func restart() async throws {
        try await make("ops-restart", "[ -e /again ] && echo last words && exit 9; sleep 1000")
        let before = try await client.container("ops-restart").at("State|StartedAt")
        try await operations.restart("ops-restart", timeoutSeconds: 0)
        #expect(try await client.container("ops-restart").at("State|StartedAt") != before)
        _ = try await operations.exec("ops-restart", command: ["touch", "/again"])
        let ended = await #expect(throws: ProviderError.self) { try await operations.restart("ops-restart", timeoutSeconds: 0) }
        for part in ["\"ops-restart\" ended at once", "exit code 9", "last words"] {
            #expect(ended?.description.contains(part) == true, "\(ended.map { "\($0)" } ?? "")")
        }
        try await client.removeContainer("ops-restart")
    }

    @Test("a snapshot has the files, but not the agent's token, and never takes a name from somebody else's image")
    func commit() async throws {
        try await make("ops-commit", "echo mine > /file; sleep 1000", ["Env": ["CODER_AGENT_TOKEN=secret", "OTHER=1"]])
        _ = try await operations.exec("ops-commit", command: ["sh", "-c", "until [ -s /file ]; do sleep 0.1; done"])
        let id = try await operations.commit("ops-commit", as: "berth.test/snapshot:1", message: "before it broke", pauses: false)
        let image = try await client.image("berth.test/snapshot:1")
        #expect(image["Id"]?.stringValue == id)
        #expect(!image.serialized().contains("secret") && image.serialized().contains("OTHER=1"), "\(image.serialized())")
        let listed = try await operations.inventory(labels: ["berth.deployment": "ops", "berth.workspace": "w1"])
        #expect(listed.contains { $0.kind == .image && $0.id == id && $0.labels["berth.snapshot"] == "ops-commit" })
        let orphans = try await operations.pruneOrphans(deployment: "ops", keeping: [], ageSecondsMin: 0, dryRun: true)
        #expect(orphans.entries.contains { $0.object.id == id && $0.outcome == .kept("it may hold a user's data") })
        // The same name again is a newer snapshot.
        let again = try await operations.commit("ops-commit", as: "berth.test/snapshot:1")
        #expect(again != id)
        let foreign = await #expect(throws: ProviderError.self) { _ = try await operations.commit("ops-commit", as: TestEngine.image) }
        #expect(foreign?.description.contains("not of this deployment") == true)
        await #expect(throws: ProviderError.self) { _ = try await operations.commit("ops-commit", as: "No Name") }
        // What somebody makes of the snapshot by hand is not ours.
        _ = try await client.createContainer(["Image": "berth.test/snapshot:1"], name: "ops-by-hand")
        await #expect(throws: ProviderError.self) { try await operations.restart("ops-by-hand") }
        for name in ["ops-by-hand", "ops-commit"] { try await client.removeContainer(name) }
        for name in [id, again] { try await client.removeImage(name) }
    }

    @Test("one measurement has processors, memory, network and processes")
    func stats() async throws {
        try await make("ops-stats", "while :; do :; done", ["HostConfig": ["Memory": 67_108_864]])
        let found = try await operations.stats("ops-stats")
        #expect(found.cpuPercent > 1 && found.memoryUsedBytes > 0 && found.memoryLimitBytes == 67_108_864)
        #expect(found.processes >= 1 && found.memoryPercent > 0 && found.memoryPercent < 100)
        try await client.stopContainer("ops-stats", graceSeconds: 0)
        await #expect(throws: ProviderError.self) { _ = try await operations.stats("ops-stats") }
        try await client.removeContainer("ops-stats")
    }

    @Test("statistics are computed as the Docker command does, in either version of control groups")
    func statistics() {
        let first = ContainerStatistics([
            "cpu_stats": ["cpu_usage": ["total_usage": 300], "system_cpu_usage": 2000, "online_cpus": 4],
            "precpu_stats": ["cpu_usage": ["total_usage": 100], "system_cpu_usage": 1000],
            "memory_stats": ["usage": 100, "limit": 1000, "stats": ["inactive_file": 30]],
            "networks": ["eth0": ["rx_bytes": 1, "tx_bytes": 2], "eth1": ["rx_bytes": 10, "tx_bytes": 20]],
            "blkio_stats": [
                "io_service_bytes_recursive": [
                    ["op": "Read", "value": 5], ["op": "read", "value": 6], ["op": "Write", "value": 7], ["op": "Sync", "value": 99],
                ]
            ],
            "pids_stats": ["current": 3],
        ])
        #expect(first.cpuPercent == 80 && first.memoryUsedBytes == 70 && abs(first.memoryPercent - 7) < 0.001)
        #expect(first.networkReceivedBytes == 11 && first.networkSentBytes == 22)
        #expect(first.blockReadBytes == 11 && first.blockWrittenBytes == 7 && first.processes == 3)
        let second = ContainerStatistics([
            "cpu_stats": ["cpu_usage": ["total_usage": 300, "percpu_usage": [1, 2]], "system_cpu_usage": 2000],
            "precpu_stats": ["cpu_usage": ["total_usage": 0]],
            "memory_stats": ["usage": 100, "stats": ["total_inactive_file": 130]], "blkio_stats": ["io_service_bytes_recursive": nil],
        ])
        #expect(second.cpuPercent == 0 && second.memoryUsedBytes == 100 && second.memoryPercent == 0 && second.blockReadBytes == 0)
    }

    @Test("a container of nobody, of another workspace or deployment is left alone")
    func foreign() async throws {
        let others: [JSONValue] = [
            [:], ["berth.deployment": "ops"], ["berth.deployment": "ops", "berth.workspace": "w2"],
            ["berth.deployment": "other", "berth.workspace": "w1"],
        ]
        for labels in others {
            try await make("ops-foreign", "sleep 1000", ["Labels": labels])
            let started = try await client.container("ops-foreign").at("State|StartedAt")
            for attempt in [
                { try await operations.restart("ops-foreign") }, { _ = try await operations.exec("ops-foreign", command: ["true"]) },
                { _ = try await operations.commit("ops-foreign", as: "berth.test/never:1") },
                { _ = try await operations.stats("ops-foreign") }, { _ = try await log("ops-foreign") },
            ] as [() async throws -> Void] {
                let error = await #expect(throws: ProviderError.self) { try await attempt() }
                #expect(error?.description.contains("Not a container of this workspace") == true)
            }
            #expect(try await client.container("ops-foreign").at("State|StartedAt") == started)
            try await client.removeContainer("ops-foreign")
        }
        let missing = await #expect(throws: ProviderError.self) { try await operations.restart("ops-nobody") }
        #expect(missing?.description.contains("no container \"ops-nobody\"") == true)
        let nameless = DockerOperations(client: client, labels: ["berth.workspace": "w1"])
        await #expect(throws: ProviderError.self) { try await nameless.restart("ops-nobody") }
    }
}
