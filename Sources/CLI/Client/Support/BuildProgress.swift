import APIClient
import ArgumentParser
import JSON
import NIOCore

/// Shows the log of a job while it runs.
enum BuildProgress {
    /// Follows the log at a path to the job's end.
    static func follow(_ client: APIClient, logs path: String) async throws {
        var stage = ""
        var last = 0
        // A connection that breaks is made again; the job goes on without us.
        for attempt in 1...5 {
            do {
                let (start, startStage) = (last, stage)
                (last, stage) = try await client.webSocket(path, query: [("follow", "true"), ("after", "\(start)")]) { stream in
                    let seen = Seen(last: start, stage: startStage)
                    try await stream.forEachMessage { await seen.show(String(buffer: $0)) }
                    return await (seen.last, seen.stage)
                }
                return
            } catch let error as APIError where error.status == 0 && attempt < 5 {
                try await Task.sleep(for: .seconds(attempt))
            }
        }
    }

    private actor Seen {
        var last: Int
        var stage: String

        init(last: Int, stage: String) {
            self.last = last
            self.stage = stage
        }

        func show(_ text: String) {
            // What is no line of a log is nothing to show.
            guard let line = try? JSONValue(parsing: text) else { return }
            last = max(last, line["id"]?.intValue ?? 0)
            let name = line.text("stage")
            if name != stage, !name.isEmpty {
                stage = name
                Terminal.note("==> \(name)")
            }
            let level = line.text("log_level")
            if level == "debug" || level == "trace" { return }
            let mark = level == "error" || level == "warn" ? "\(level): " : ""
            Terminal.note("    \(mark)\(line.text("output"))")
        }
    }

    /// Waits for the end of a build, and says how it went.
    ///
    /// - Throws: `ExitCode` if it failed.
    static func finish(_ client: APIClient, build: JSONValue, noun: String) async throws {
        let id = build.text("id")
        try await follow(client, logs: "/api/v2/workspacebuilds/\(id)/logs")
        let ended = try await client.get("/api/v2/workspacebuilds/\(id)")
        try check(ended["job"] ?? [:], noun)
    }

    static func check(_ job: JSONValue, _ noun: String) throws {
        let status = job.text("status")
        if status == "succeeded" { return }
        let reason = job.text("error")
        Terminal.note("error: \(noun) \(status == "canceled" ? "was cancelled" : "failed")\(reason.isEmpty ? "" : ": \(reason)")")
        throw ExitCode.failure
    }
}
