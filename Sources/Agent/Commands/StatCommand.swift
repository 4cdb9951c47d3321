import AgentMachine
import Glibc
import JSON

/// `coder stat`: what the workspace, or the machine under it, uses.
enum StatCommand {
    /// Between the two looks that a rate takes.
    private static let sample = Duration.milliseconds(100)

    static func run(_ arguments: [String]) async throws -> Int32 {
        let usage = MachineUsage()
        let isContainer = usage.isContainer
        func options(_ flags: [String: String]) throws -> CommandArguments {
            try CommandArguments(Array(arguments.dropFirst()), flags: flags.merging(["output": "o"]) { old, _ in old }, switches: ["host": ""])
        }
        switch arguments.first {
        case "cpu":
            let options = try options([:])
            return try print(try await processor(usage, isHost: options.isSet("host") || !isContainer), options)
        case "mem":
            let options = try options(["prefix": ""])
            return try print(try memory(usage, isHost: options.isSet("host") || !isContainer), options)
        case "disk":
            let options = try options(["prefix": "", "path": ""])
            return try print(try disk(usage, options.values["path"] ?? "/"), options)
        case let name? where !name.hasPrefix("-"): throw CommandError("\"\(name)\" is nothing that is measured; there are cpu, mem and disk", status: 2)
        default: return try await overview(usage, isContainer, arguments)
        }
    }

    private static func print(_ result: StatResult, _ options: CommandArguments) throws -> Int32 {
        switch options.values["output"] ?? "text" {
        case "text": Console.say(result.text(prefix: try StatResult.Prefix(options.values["prefix"] ?? "Gi")))
        case "json": Console.say(result.json.serialized())
        case let other: throw CommandError("there is no output \"\(other)\"; there are text and json", status: 2)
        }
        return 0
    }

    private static func overview(_ usage: MachineUsage, _ isContainer: Bool, _ arguments: [String]) async throws -> Int32 {
        let options = try CommandArguments(arguments, flags: ["output": "o", "column": "c"])
        var results: [(name: String, key: String, result: StatResult)] = [
            ("HOST CPU", "host_cpu", try await processor(usage, isHost: true)), ("HOST MEMORY", "host_memory", try memory(usage, isHost: true)),
            ("HOME DISK", "home_disk", try disk(usage, getenv("HOME").map { String(cString: $0) } ?? "/")),
        ]
        if isContainer {
            results.append(("CONTAINER CPU", "container_cpu", try await processor(usage, isHost: false)))
            results.append(("CONTAINER MEMORY", "container_memory", try memory(usage, isHost: false)))
        }
        if let columns = options.values["column"]?.split(separator: ",").map({ $0.uppercased() }) {
            results = results.filter { columns.contains($0.name) }
        }
        switch options.values["output"] ?? "table" {
        case "table":
            let texts = results.map { $0.result.text(prefix: .gibi) }
            func line(_ cells: [String]) -> String {
                zip(cells, zip(results, texts)).map { cell, other in
                    cell + String(repeating: " ", count: max(other.0.name.count, other.1.count) - cell.count)
                }.joined(separator: "  ")
            }
            Console.say(line(results.map(\.name)) + "\n" + line(texts))
        case "json":
            Console.say(JSONValue.array([.object(Dictionary(uniqueKeysWithValues: results.map { ($0.key, $0.result.json) }))]).serialized())
        case let other: throw CommandError("there is no output \"\(other)\"; there are table and json", status: 2)
        }
        return 0
    }

    private static func processor(_ usage: MachineUsage, isHost: Bool) async throws -> StatResult {
        func look() throws -> MachineUsage.CPUTime {
            guard let time = isHost ? usage.hostCPU() : usage.containerCPU() ?? usage.hostCPU() else {
                throw CommandError("this system does not say how much its processors work")
            }
            return time
        }
        let before = try look()
        try await Task.sleep(for: sample)
        let after = try look()
        let used = max(0, after.usedSeconds - before.usedSeconds) / max(after.atSeconds - before.atSeconds, 1e-3)
        return StatResult(used: used, total: after.cores, unit: "cores")
    }

    private static func memory(_ usage: MachineUsage, isHost: Bool) throws -> StatResult {
        guard let amount = isHost ? usage.hostMemory() : usage.containerMemory() ?? usage.hostMemory() else {
            throw CommandError("this system does not say how much memory is used")
        }
        return StatResult(used: amount.used, total: amount.total, unit: "B")
    }

    private static func disk(_ usage: MachineUsage, _ path: String) throws -> StatResult {
        guard let amount = usage.disk(path) else { throw CommandError("cannot look at \(path): \(String(cString: strerror(errno)))") }
        return StatResult(used: amount.used, total: amount.total, unit: "B")
    }
}
