import DockerEngine
import DockerProvider
import HCL
import JSON
package import PluginKit
import ProviderKit
import TemplatePlugin

extension DockerPlugin {
    /// Reports every container, network, volume and image that carries the labels.
    package func inventory(_ request: Request, job: Job) async throws {
        let objects = try await told("docker.inventory") {
            try await operations(.null(), request, job).inventory(labels: request.labels)
        }
        for object in objects {
            var attributes: JSONValue = [
                "labels": .object(object.labels.mapValues { .string($0) }), "running": .bool(object.isRunning),
                "status": .string(object.status),
            ]
            attributes["created"] = object.created.map { .string($0) }
            try await job.add(
                Resource(
                    "\(object.kind.resourceType).\(object.id)", type: object.kind.resourceType, name: object.name, remoteID: object.id,
                    // What a template writes into labels may be anything.
                    attributes: attributes,
                    sensitive: object.labels.keys.filter { !$0.hasPrefix("berth.") }.sorted()
                        .map { JSONPointer(tokens: ["labels", $0]).description }))
        }
    }

    func logs(_ arguments: Arguments, _ request: Request, _ job: Job) async throws {
        let lines = LineSplitter { source, line in
            job.log(.info, line, stage: "logs", fields: ["stream": source == .errors ? "stderr" : "stdout"])
        }
        let end = try await onContainer(request, job) { operations, id in
            try await operations.logs(
                id, tail: Int(clamping: arguments.unsigned("tail")), since: arguments.text("since"), follows: arguments.flag("follow")
            ) { lines.add($0) }
        }
        lines.finish()
        let words: [DockerOperations.LogEnd: String] = [.complete: "complete", .sizeLimit: "size limit", .timeLimit: "time limit"]
        try await job.output("lines", .integer(Int64(lines.count)))
        try await job.output("end", .string(words[end] ?? "complete"))
    }

    func exec(_ arguments: Arguments, _ request: Request, _ job: Job) async throws {
        let command = try JSONValue(parsing: arguments.text("command")).arrayValue?.compactMap(\.stringValue) ?? []
        func optional(_ name: String) -> String? { arguments.text(name).isEmpty ? nil : arguments.text(name) }
        let result = try await onContainer(request, job) { operations, id in
            try await operations.exec(
                id, command: command, user: optional("user"), directory: optional("directory"), sizeMax: 1 << 20)
        }
        try await job.output("exit_code", .integer(Int64(result.exitCode)))
        try await job.output("output", .string(String(decoding: result.output.output, as: UTF8.self)))
        try await job.output("errors", .string(String(decoding: result.output.errors, as: UTF8.self)))
        try await job.output("truncated", .bool(result.output.isTruncated))
    }

    func stats(_ request: Request, _ job: Job) async throws {
        let found = try await onContainer(request, job) { try await $0.stats($1) }
        try await job.output("cpu_percent", .number(found.cpuPercent))
        for (name, value) in [
            ("memory_bytes", found.memoryUsedBytes), ("memory_limit_bytes", found.memoryLimitBytes),
            ("network_received_bytes", found.networkReceivedBytes), ("network_sent_bytes", found.networkSentBytes),
            ("disk_read_bytes", found.blockReadBytes), ("disk_written_bytes", found.blockWrittenBytes), ("processes", found.processes),
        ] { try await job.output(name, JSONValue(value)) }
    }

    func prune(_ arguments: Arguments, _ request: Request, _ job: Job) async throws {
        let kept = try JSONValue(parsing: arguments.text("keep")).arrayValue?.compactMap(\.stringValue) ?? []
        let report = try await told("docker.prune-orphans") {
            try await operations(.null(), request, job).pruneOrphans(
                deployment: request.labels["berth.deployment"] ?? "", keeping: Set(kept), includesData: arguments.flag("data"),
                ageSecondsMin: Int(clamping: arguments.unsigned("age")), dryRun: arguments.flag("dry-run")
            ) { job.log(.info, $0.words, stage: "prune-orphans") }
        }
        for (name, objects) in [("removed", report.removed), ("removable", report.removable)] {
            try await job.output(name, .array(objects.map { .string("\($0.kind.rawValue) \($0.name)") }))
        }
        if report.failures.isEmpty { return }
        for failure in report.failures {
            job.diagnose(
                PluginKit.Diagnostic(
                    .error, code: "docker.prune-orphans", summary: "the \(failure.object.kind.rawValue) \(failure.object.name) stays",
                    detail: failure.reason))
        }
        throw Failure(explained: .failed)
    }

    // MARK: - The engine

    /// Works on the container that the request is for, on the engine on which it was made.
    func onContainer<T: Sendable>(
        _ request: Request, _ job: Job, _ body: (DockerOperations, String) async throws -> T
    ) async throws -> T {
        let object = try await templates.object(of: "docker_container", request, job: job)
        return try await told("docker.action", resource: object.address) {
            try await body(operations(object.configuration, request, job), object.attributes["id"]?.stringValue ?? "")
        }
    }

    private func operations(_ configuration: Value, _ request: Request, _ job: Job) async throws -> DockerOperations {
        try await DockerOperations(
            configuration: configuration, environment: templates.environment(request, job: job), defaults: defaults)
    }

    /// Runs `body`; what the engine refuses becomes a diagnostic.
    private func told<T>(_ code: String, resource: String? = nil, _ body: () async throws -> T) async throws -> T {
        do {
            return try await body()
        } catch let error as ProviderError {
            throw Failure(error, code: code, resource: resource)
        }
    }
}

extension PruneReport.Entry {
    /// For a log line.
    fileprivate var words: String {
        let object = "\(object.kind.rawValue) \(object.name)"
        return switch outcome {
        case .removable: "would remove \(object)"
        case .removed: "removed \(object)"
        case .kept(let reason): "keeping \(object): \(reason)"
        case .failed(let reason): "could not remove \(object): \(reason)"
        }
    }
}
