import DockerEngine
import DockerTestSupport
import Glibc
import JSON
import Logging
import PluginLoading
import PluginSupervision

/// How long it takes until a workspace's container runs, beside the Docker command doing the same by hand on the same engine.
struct DockerBenchmarks {
    private let directory: String
    private let command: String
    private let host: String
    private let manifest: PluginManifest
    private let settings: WorkerSettings

    private static let rounds = 15
    private static let crowd = 50
    private static let width = 8

    private static let template = """
        terraform {
          required_providers {
            coder  = { source = "coder/coder" }
            docker = { source = "kreuzwerker/docker" }
          }
        }
        data "coder_workspace" "me" {}
        resource "coder_agent" "main" {
          arch = "amd64"
          os   = "linux"
        }
        resource "docker_volume" "home" {
          name = "${data.coder_workspace.me.id}-home"
          lifecycle {
            ignore_changes = all
          }
        }
        resource "docker_container" "workspace" {
          count    = data.coder_workspace.me.start_count
          name     = data.coder_workspace.me.id
          image    = "\(TestEngine.image)"
          hostname = data.coder_workspace.me.id
          command  = ["sleep", "1000"]
          env      = ["CODER_AGENT_TOKEN=${coder_agent.main.token}"]
          volumes {
            container_path = "/home/coder"
            volume_name    = docker_volume.home.name
          }
        }
        """

    /// Nil, and told, if there is nothing to measure with.
    static func make() async throws -> DockerBenchmarks? {
        guard TestEngine.isAvailable else {
            print("\(TestEngine.reason): Docker is left out")
            return nil
        }
        guard let command = ProgramRun.find("docker") else {
            print("docker is not on the PATH: Docker is left out, as there is nothing to measure it against")
            return nil
        }
        return try DockerBenchmarks(command, try await TestEngine.shared.endpoint())
    }

    private init(_ command: String, _ endpoint: DockerEndpoint) throws {
        self.command = command
        host = endpoint.text
        directory = try makeTemporaryDirectory()
        manifest = try PluginCatalog(searchPath: PluginCatalog.defaultSearchPath()).plugin(named: "docker")
        settings = WorkerSettings(
            executable: try WorkerSettings.installedExecutable(), directory: try HostDirectory(directory + "/host"))
        try writeFiles(["main.tf": Self.template], to: directory + "/template")
    }

    func rows() async throws -> [Row] {
        defer { removeTree(directory) }
        let plugin = try await plugin(workers: 1)
        var numbers = (ours: 0, theirs: 0)
        var times: (ours: [Double], theirs: [Double]) = ([], [])
        // In turn; what was made is removed outside of the measurement.
        for round in 0..<(Self.rounds + 2) {
            numbers.ours += 1
            let own = "own-\(numbers.ours)"
            let ours = try await measure { try await run("start", own, on: plugin) }
            try await run("delete", own, on: plugin)
            numbers.theirs += 1
            let other = "other-\(numbers.theirs)"
            let theirs = try await measure { for arguments in byHand(other) { try docker(arguments) } }
            try remove(other)
            if round < 2 { continue }
            times.ours.append(ours)
            times.theirs.append(theirs)
        }
        await plugin.close()
        return [
            Row(
                name: "workspace: volume, container, start", median: median(times.ours), reference: "docker volume create, create, start",
                referenceMedian: median(times.theirs), aim: "ratio at most 1.3")
        ] + (try await crowded())
    }

    // MARK: Many at once

    private func crowded() async throws -> [Row] {
        let plugin = try await plugin(workers: Self.width)
        let ours = try await measure {
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<Self.crowd {
                    if number >= Self.width { try await group.next() }
                    group.addTask { try await run("start", "crowd-\(number)", on: plugin) }
                }
                try await group.waitForAll()
            }
        }
        let memory = workerPeaks()
        for number in 0..<Self.crowd { try await run("delete", "crowd-\(number)", on: plugin) }
        await plugin.close()
        let line = byHand("by-hand-{}").map { "'\(command)' -H '\(host)' " + $0.joined(separator: " ") }.joined(separator: " && ")
        let theirs = try await measure {
            _ = try ProgramRun(
                program: "/bin/sh",
                arguments: ["-c", "seq 0 \(Self.crowd - 1) | xargs -P \(Self.width) -I{} sh -c \"\(line)\""], directory: directory
            ).run()
        }
        for number in 0..<Self.crowd { try remove("by-hand-\(number)") }
        return [
            Row(
                name: "\(Self.crowd) workspaces, \(Self.width) at a time", median: ours,
                reference: "the same by hand, xargs -P \(Self.width)",
                referenceMedian: theirs,
                detail: "\(memory.count) workers, at most \((memory.max() ?? 0) >> 20) MB each, \(memory.reduce(0, +) >> 20) MB together")
        ]
    }

    /// What each worker of this process has had of memory at most, in bytes.
    private func workerPeaks() -> [Int] {
        directoryEntries("/proc").compactMap { Int32($0) }.compactMap { process in
            // One that is gone has no status.
            guard let bytes = try? readFile("/proc/\(process)/status", limit: 1 << 16) else { return nil }
            let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
            func number(_ name: String) -> Int? {
                lines.first { $0.hasPrefix(name + ":") }.flatMap { Int($0.dropFirst(name.count + 1).filter(\.isNumber)) }
            }
            guard number("PPid") == Int(getpid()), lines.first?.contains("berth-plugin-w") == true else { return nil }
            return number("VmHWM").map { $0 << 10 }
        }
    }

    // MARK: Both ways

    private func plugin(workers: Int) async throws -> SupervisedPlugin {
        try await SupervisedPlugin.make(
            manifest, configuration: ["host": .string(host), "module_network": false], settings: settings,
            policy: PoolPolicy(warmMax: workers, workersMax: workers), logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
    }

    private func run(_ transition: String, _ name: String, on plugin: SupervisedPlugin) async throws {
        let inputs: JSONValue = [
            "transition": .string(transition), "deployment": ["id": "bench", "access_url": "https://berth.example"],
            "workspace": ["id": .string(name), "name": .string(name)], "owner": ["id": "o", "name": "ada"],
            "template": ["id": "t", "name": "docker", "version": "1"], "build": ["id": "b", "number": 1],
        ]
        let request = JobRequest(
            transition == "delete" ? .destroy : .apply, sourceDirectory: directory + "/template", inputs: inputs.serialized(),
            labels: [Label(key: "berth.deployment", value: "bench"), Label(key: "berth.workspace", value: name)])
        let store = try DirectoryJobStore(directory + "/records/" + name)
        let report = try await JobRunner(plugin, store: store).run(request, observer: Counter()).report
        guard report.outcome == .succeeded else {
            let words = report.diagnostics.map { "\($0.summary) \($0.detail)" }.joined(separator: "; ")
            throw report.error ?? PluginError(.system, "\(transition) of \(name): \(words)")
        }
    }

    /// What somebody types to get the same container.
    private func byHand(_ name: String) -> [[String]] {
        let labels = ["--label", "berth.deployment=bench", "--label", "berth.workspace=\(name)", "--label", "berth.operation=x"]
        return [
            ["volume", "create"] + labels + ["\(name)-home"],
            ["create"] + labels + [
                "--name", name, "--hostname", name, "-e", "CODER_AGENT_TOKEN=x", "-v", "\(name)-home:/home/coder", TestEngine.image,
                "sleep", "1000",
            ],
            ["start", name],
        ]
    }

    private func docker(_ arguments: [String]) throws {
        _ = try ProgramRun(program: command, arguments: ["-H", host] + arguments, directory: directory).run()
    }

    private func remove(_ name: String) throws {
        try docker(["rm", "-f", "-v", name])
        try docker(["volume", "rm", "\(name)-home"])
    }
}
