import APITypes
import HTTPTypes
import NIOCore
import Postgres
import Scalars

/// The logs of a job: as far as they are there, or as they come.
struct JobLogs: Sendable {
    let pool: ConnectionPool
    /// How often the database is asked for new lines.
    static let interval: Duration = .milliseconds(300)
    private static let pageSize = 1000
    private static let linesMax = 100_000

    static let query: [Route.Query] = [
        .init("after", "integer", "Only lines after this one"), .init("before", "integer", "Only lines before this one"),
        .init("follow", "boolean", "Over a WebSocket, until the job ends"), .init("format", "string", "json or text"),
    ]

    /// The route of a job's logs.
    ///
    /// - Parameter job: finds the job, and asks for the permission.
    func route(
        _ path: String, _ tag: String, _ permission: Permission, _ job: @escaping @Sendable (RequestScope) async throws -> UUID
    ) -> Route {
        Route(
            method: .get, path: path, tag: tag, summary: "Logs of the job", permission: permission, query: Self.query,
            content: .json([ProvisionerJobLog].self),
            handler: { scope in
                let id = try await job(scope)
                if try scope.query.flag("follow") == true {
                    throw APIError(.upgradeRequired, "Logs are followed over a WebSocket.", headers: [.upgrade: "websocket"])
                }
                return try await answer(id, scope)
            },
            upgrade: { scope in
                let id = try await job(scope)
                guard try scope.query.flag("follow") == true else { throw APIError.invalid("follow", "must be true for a WebSocket") }
                let after = Int64(try scope.query.integer("after", 0...Int.max) ?? 0)
                return .messages { socket in try await follow(id, after: after, socket) }
            })
    }

    private func answer(_ job: UUID, _ scope: RequestScope) async throws -> Answer {
        let after = Int64(try scope.query.integer("after", 0...Int.max) ?? 0)
        let before = try scope.query.integer("before", 0...Int.max).map { Int64($0) }
        let lines = try await JobRow.logs(job, after: after, before: before, limit: Self.linesMax, pool)
        switch scope.query.text("format") ?? "json" {
        case "json": return try .json(lines)
        case "text":
            return .text(lines.map { "\($0.createdAt) [\($0.logLevel)] [\($0.logSource)|\($0.stage)] \($0.output)\n" }.joined())
        default: throw APIError.invalid("format", "must be json or text")
        }
    }

    private func follow(_ job: UUID, after: Int64, _ socket: WebSocket) async throws {
        var last = after
        while true {
            // Asked before the lines: what is logged last is there before the job is at its end.
            let isOver: Bool =
                try await pool.first("select completed_at is not null as over from provisioner_jobs where id = \(job)")
                .map { try $0["over"] } ?? true
            var lines = try await JobRow.logs(job, after: last, limit: Self.pageSize, pool)
            while !lines.isEmpty {
                for line in lines { try await socket.send(json: line) }
                last = lines.last?.id ?? last
                lines = try await JobRow.logs(job, after: last, limit: Self.pageSize, pool)
            }
            if isOver { return }
            try await Task.sleep(for: Self.interval)
        }
    }
}
