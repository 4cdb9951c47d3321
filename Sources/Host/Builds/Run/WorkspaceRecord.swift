import JSON
import PluginLoading
import PluginSupervision
import Postgres
import Scalars
import ResourceGraph

/// What a workspace has made, in the database. Each change is committed before it is acknowledged, and only made for the server that has the
/// lease of the job.
struct WorkspaceRecord: JobStore {
    let workspace: UUID
    /// The plugin's name.
    let plugin: String
    let job: LeasedJob
    let settings: BuildSettings
    let pool: ConnectionPool

    /// The job that this server runs on it; its end is written together with what came of it, not by ``finish(_:graph:)``.
    var operation: OperationID { OperationID(rawValue: "op-\(job.id)-\(job.attempt)") }

    func checkpoint() async throws -> Checkpoint? {
        guard let row = try await pool.first("select checkpoint, state_version from workspace_records where workspace_id = \(workspace)"),
            let state: Bytes = try row.decode("checkpoint", as: Bytes?.self)
        else { return nil }
        let version: Int = try row["state_version"]
        return Checkpoint(state: state.bytes, stateVersion: UInt32(truncatingIfNeeded: version))
    }

    func unfinished() async throws -> JobRecord? {
        let row = try await pool.first("select unfinished from workspace_records where workspace_id = \(workspace)")
        guard let json: JSONValue = try row?.decode("unfinished", as: JSONValue?.self) else { return nil }
        let record = try JobRecord(json)
        return record.operationID == operation && record.operation != .recover ? nil : record
    }

    func begin(_ job: JobRecord) async throws {
        try await change(
            """
            insert into workspace_records (workspace_id, plugin, unfinished) select \(workspace), \(plugin), \(job.json) from lease
            on conflict (workspace_id) do update set plugin = excluded.plugin, unfinished = excluded.unfinished, updated_at = now()
            """)
    }

    func store(_ checkpoint: Checkpoint) async throws {
        try await change(
            """
            update workspace_records set checkpoint = \(Bytes(checkpoint.state)), state_version = \(Int(Int32(bitPattern: checkpoint.stateVersion))),
                sequence = sequence + 1, updated_at = now()
            where workspace_id = \(workspace) and exists (select from lease)
            """)
    }

    func finish(_ job: JobRecord, graph: ResourceGraph?) async throws {
        // Our own is finished together with the job.
        guard job.operationID != operation else { return }
        try await change("update workspace_records set unfinished = null, updated_at = now() where workspace_id = \(workspace) and exists (select from lease)")
    }

    private func change(_ statement: SQL) async throws {
        let count = try await pool.execute("with lease as (select from provisioner_jobs where \(job.isOurs(settings)) for share) \(statement)")
        guard count == 1 else { throw BuildError(.leaseLost, "job \(job.id) is not this server's any more") }
    }
}
