import JSON
import Postgres
import Scalars

/// A build of a workspace, with what has to be known to carry it out.
struct BuildRow: Sendable {
    var id: UUID
    var number: Int
    var transition: Transition
    var isOrphan: Bool
    var parameters: JSONValue
    var workspace: UUID
    var workspaceName: String
    var owner: UUID
    var organization: UUID
    var template: UUID
    var templateName: String
    var version: UUID
    var versionName: String
    var variables: JSONValue
    /// The plugin that has made what exists, if anything does.
    var recordPlugin: String?

    static func read(_ id: UUID, _ database: some Database) async throws -> BuildRow {
        let row = try await database.first(
            """
            select b.number, b.transition, b.orphan, b.parameters, w.id as workspace, w.name as workspace_name, w.owner_id, w.organization_id,
                t.id as template, t.name as template_name, v.id as version, v.name as version_name, v.variable_values, r.plugin as record_plugin
            from workspace_builds b join workspaces w on w.id = b.workspace_id join templates t on t.id = w.template_id
            join template_versions v on v.id = b.template_version_id
            left join workspace_records r on r.workspace_id = w.id and (r.checkpoint is not null or r.unfinished is not null)
            where b.id = \(id)
            """)
        guard let row else { throw BuildError(.notFound, "there is no build \(id)") }
        return BuildRow(
            id: id, number: try row["number"], transition: try row["transition"], isOrphan: try row["orphan"], parameters: try row["parameters"],
            workspace: try row["workspace"], workspaceName: try row["workspace_name"], owner: try row["owner_id"],
            organization: try row["organization_id"], template: try row["template"], templateName: try row["template_name"],
            version: try row["version"], versionName: try row["version_name"], variables: try row["variable_values"],
            recordPlugin: try row["record_plugin"])
    }
}
