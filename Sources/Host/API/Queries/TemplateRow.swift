import APITypes
import HostAccess
import JSON
import Postgres
import Scalars

/// Templates as clients see them.
struct TemplateRow: Sendable {
    let template: Template
    let groupACL: JSONValue
    let userACL: JSONValue

    static let columns: SQL = """
        t.*, o.name as organization_name, o.display_name as organization_display_name, o.icon as organization_icon, u.username as created_by_name,
        (select count(distinct w.owner_id) from workspaces w where w.template_id = t.id and not w.deleted) as active_users
        """
    private static let tables: SQL = "templates t join organizations o on o.id = t.organization_id join users u on u.id = t.created_by"

    static func find(_ condition: SQL, _ database: some Database) async throws -> [TemplateRow] {
        try await database.query(
            "select \(columns) from \(tables) where not t.deleted and not o.deleted and (\(condition)) order by lower(t.name) limit 1000"
        ).map(TemplateRow.init)
    }

    /// The template that a path means by its identifier.
    static func named(_ scope: RequestScope, _ database: some Database) async throws -> TemplateRow {
        let id = try scope.uuid("template")
        guard let found = try await find("t.id = \(id)", database).first else {
            scope.checked()
            throw APIError.notFound
        }
        return found
    }

    init(_ row: Row) throws {
        groupACL = try row["group_acl"]
        userACL = try row["user_acl"]
        let seconds = { (name: String) throws -> Int64 in try row.decode(name, as: Int64.self) * 1000 }
        let message: String = try row["deprecation_message"]
        let (blocked, required): (Int, Int) = (try row["autostart_block_days"], try row["autostop_requirement_days"])
        template = Template(
            id: try row["id"], createdAt: try row["created_at"], updatedAt: try row["updated_at"],
            organizationID: try row["organization_id"],
            organizationName: try row["organization_name"], organizationDisplayName: try row["organization_display_name"],
            organizationIcon: try row["organization_icon"], name: try row["name"], displayName: try row["display_name"],
            description: try row["description"], icon: try row["icon"], activeVersionID: try row["active_version_id"],
            activeUserCount: try row["active_users"],
            buildTimeStats: ["start": TransitionStats(), "stop": TransitionStats(), "delete": TransitionStats()],
            defaultTtlMs: try seconds("default_ttl_seconds"), activityBumpMs: try seconds("activity_bump_seconds"),
            failureTtlMs: try seconds("failure_ttl_seconds"), timeTilDormantMs: try seconds("time_til_dormant_seconds"),
            timeTilDormantAutodeleteMs: try seconds("time_til_dormant_autodelete_seconds"), createdByID: try row["created_by"],
            createdByName: try row["created_by_name"], allowUserAutostart: try row["allow_user_autostart"],
            allowUserAutostop: try row["allow_user_autostop"], allowUserCancelWorkspaceJobs: try row["allow_user_cancel_jobs"],
            requireActiveVersion: try row["require_active_version"], deprecated: !message.isEmpty, deprecationMessage: message,
            maxPortShareLevel: try row["max_port_sharing"], deleted: try row["deleted"],
            autostartRequirement: AutostartRequirement(daysOfWeek: Self.days(~blocked)),
            autostopRequirement: AutostopRequirement(daysOfWeek: Self.days(required), weeks: max(1, try row["autostop_requirement_weeks"])))
    }

    private static func days(_ bits: Int) -> [String] {
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"].enumerated().filter { bits >> $0.offset & 1 == 1 }
            .map(\.element)
    }

    /// For asking what may be done to it: everybody in its organization may use it, unless its access list says otherwise.
    func object(for actor: HostAccess.Actor) -> Object {
        var granted: Set<Action> = []
        let groups = groupACL.objectValue ?? [:]
        if groups.isEmpty, actor.organizations[template.organizationID] != nil { granted = [.read, .use] }
        if groups[template.organizationID.description] != nil, actor.organizations[template.organizationID] != nil {
            granted = [.read, .use]
        }
        switch userACL[actor.id.description]?.stringValue {
        case "admin": granted = [.read, .use, .update, .delete, .create]
        case "use": granted.formUnion([.read, .use])
        default: break
        }
        return Object(.template, organization: template.organizationID, granted: granted)
    }
}
