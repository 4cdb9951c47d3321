import JSON
import Postgres
import Scalars

/// A job that this server has for a while.
struct LeasedJob: Sendable {
    enum Kind: String, DatabaseValue {
        case templateImport = "template_version_import"
        case dryRun = "template_version_dry_run"
        case build = "workspace_build"
    }

    var id: UUID
    var kind: Kind
    var file: UUID
    var input: JSONValue
    var tags: [String: String]
    var plugin: String?
    /// From 1. Beyond that another server, or a former run of this one, began it and did not end it.
    var attempt: Int
    /// What it did when it was last heard of.
    var stage: String
    /// On the clock of this machine: when it was leased, at the latest.
    var leasedAt: ContinuousClock.Instant

    func identifier(_ member: String) throws -> UUID {
        guard let id = input[member]?.stringValue.flatMap({ UUID($0) }) else {
            throw BuildError(.failed, "the input of job \(id) has no \"\(member)\"")
        }
        return id
    }

    /// Takes the job that is due: first one whose server is gone, then the one that has waited longest.
    ///
    /// - Returns: nil if there is none.
    static func take(_ settings: BuildSettings, _ database: some Database) async throws -> LeasedJob? {
        let now = ContinuousClock.now
        let tags = JSONValue.object(settings.tags.mapValues { .string($0) })
        let row = try await database.first(
            """
            update provisioner_jobs set server_id = \(settings.serverID), lease_expires_at = now() + \(seconds: settings.lease),
                started_at = coalesce(started_at, now()), attempt = attempt + 1, updated_at = now()
            where id = (
                select id from provisioner_jobs
                where completed_at is null and (started_at is null or lease_expires_at < now()) and tags <@ \(tags)
                order by started_at is null, created_at limit 1 for update skip locked)
            returning id, kind, file_id, input, tags, plugin, attempt, stage
            """)
        guard let row else { return nil }
        let own: JSONValue = try row["tags"]
        return LeasedJob(
            id: try row["id"], kind: try row["kind"], file: try row["file_id"], input: try row["input"],
            tags: (own.objectValue ?? [:]).compactMapValues(\.stringValue), plugin: try row["plugin"], attempt: try row["attempt"],
            stage: try row["stage"], leasedAt: now)
    }

    /// A condition on a row of `provisioner_jobs`: that the lease is ours still. Whoever changes something under it also locks the row, so that
    /// nobody takes the job in between.
    func isOurs(_ settings: BuildSettings) -> SQL {
        "id = \(id) and server_id = \(settings.serverID) and attempt = \(attempt) and completed_at is null and lease_expires_at > now()"
    }
}

extension SQL.StringInterpolation {
    /// A length of time.
    mutating func appendInterpolation(seconds duration: Duration) {
        appendInterpolation("make_interval(secs => \(Double(duration.wholeMilliseconds) / 1000))" as SQL)
    }
}
