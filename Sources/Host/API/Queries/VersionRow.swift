import APITypes
import HostAccess
import JSON
import Postgres
import Scalars

/// Template versions as clients see them.
struct VersionRow: Sendable {
    let version: TemplateVersion
    /// What the template asks, as the import found it (`parameters.schema.json`); nil before.
    let questions: JSONValue?
    /// Of variables: name → {value, sensitive}.
    let variables: JSONValue

    static func find(_ condition: SQL, page: (limit: Int, offset: Int) = (1, 0), _ database: some Database) async throws -> [VersionRow] {
        try await database.query(
            """
            select v.id, v.template_id, v.organization_id, v.name, v.message, v.readme, v.archived, v.created_at, v.updated_at, v.parameters,
                v.variable_values, v.created_by, u.username, u.name as full_name, u.avatar_url, \(JobRow.columns)
            from template_versions v join provisioner_jobs j on j.id = v.job_id join users u on u.id = v.created_by
            where (\(condition)) order by v.created_at desc, v.id desc limit \(page.limit) offset \(page.offset)
            """
        ).map(VersionRow.init)
    }

    /// The version that a path means by its identifier, if whoever asks may do this to its template.
    static func named(_ scope: RequestScope, _ action: Action, _ database: some Database) async throws -> VersionRow {
        let id = try scope.uuid("templateversion")
        guard let found = try await find("v.id = \(id)", database).first else {
            scope.checked()
            throw APIError.notFound
        }
        try await found.require(action, scope, database)
        return found
    }

    init(_ row: Row) throws {
        questions = try row["parameters"]
        variables = try row["variable_values"]
        version = TemplateVersion(
            id: try row["id"], templateID: try row["template_id"], organizationID: try row["organization_id"],
            createdAt: try row["created_at"],
            updatedAt: try row["updated_at"], name: try row["name"], message: try row["message"], job: try JobRow.read(row),
            readme: try row["readme"],
            createdBy: MinimalUser(
                id: try row["created_by"], username: try row["username"], name: try row["full_name"], avatarURL: try row["avatar_url"]),
            archived: try row["archived"], warnings: [])
    }

    /// A version is its template's; before there is one, its maker's.
    func require(_ action: Action, _ scope: RequestScope, _ database: some Database) async throws {
        let actor = try scope.actor()
        if let id = version.templateID, let template = try await TemplateRow.find("t.id = \(id)", database).first {
            return try scope.require(action, template.object(for: actor))
        }
        let isOwn = version.createdBy.id == actor.id
        try scope.require(action, Object(.template, organization: version.organizationID, granted: isOwn ? [.read] : []))
    }
}
