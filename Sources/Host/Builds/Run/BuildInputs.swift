import JSON
import Postgres
import Scalars

/// What a plugin is told of a job: the document of `inputs.schema.json`, and the labels of what it makes.
struct BuildInputs: Sendable {
    var json: JSONValue
    var labels: [(String, String)]

    /// Of a build of a workspace.
    static func ofBuild(
        _ build: BuildRow, settings: BuildSettings, secrets: (any BuildSecrets)?, _ database: some Database
    ) async throws -> BuildInputs {
        let previous = try await database.first(
            "select parameters from workspace_builds where workspace_id = \(build.workspace) and number < \(build.number) order by number desc limit 1")
        var owner = try await self.owner(build.owner, build.organization, database)
        for (name, value) in try await secrets?.owner(build.owner, workspace: build.workspace) ?? [:] { owner[name] = value }
        let deployment: UUID? = try await database.first("select id from deployment")?.decode("id", as: UUID.self)
        var json: JSONValue = [
            "transition": .string(build.transition.rawValue),
            "deployment": ["access_url": .string(settings.accessURL)],
            "workspace": ["id": .string(build.workspace.description), "name": .string(build.workspaceName)],
            "build": ["id": .string(build.id.description), "number": JSONValue(build.number)],
            "owner": .object(owner),
            "template": ["id": .string(build.template.description), "name": .string(build.templateName), "version": .string(build.versionName)],
            "variables": variables(build.variables), "parameters": build.parameters,
            "previous_parameters": try previous?.decode("parameters", as: JSONValue.self) ?? [:],
            "external_auth": .object(try await secrets?.externalAuth(build.owner) ?? [:]),
        ]
        json["deployment"]?["id"] = deployment.map { .string($0.description) }
        json["agent"] = settings.agentDelivery
        json["sensitive"] = sensitive(build.variables)
        return BuildInputs(
            json: json,
            labels: [
                ("berth.deployment", deployment?.description ?? ""), ("berth.workspace", build.workspace.description),
                ("berth.owner", build.owner.description), ("berth.build", build.id.description),
            ])
    }

    /// Of a template version that nobody builds yet.
    static func ofVersion(
        _ version: UUID, transition: Transition, parameters: JSONValue, workspaceName: String, initiator: UUID, settings: BuildSettings,
        _ database: some Database
    ) async throws -> BuildInputs {
        guard
            let row = try await database.first(
                """
                select v.name, v.organization_id, v.variable_values, v.template_id, coalesce(t.name, v.name) as template_name
                from template_versions v left join templates t on t.id = v.template_id where v.id = \(version)
                """)
        else { throw BuildError(.notFound, "there is no template version \(version)") }
        let values: JSONValue = try row["variable_values"]
        let template: UUID? = try row["template_id"]
        let json: JSONValue = [
            "transition": .string(transition.rawValue), "deployment": ["access_url": .string(settings.accessURL)],
            "workspace": ["id": .string(UUID.zero.description), "name": .string(workspaceName)],
            "build": ["id": .string(UUID.zero.description), "number": 1],
            "owner": .object(try await owner(initiator, try row["organization_id"], database)),
            "template": [
                "id": .string((template ?? version).description), "name": .string(try row["template_name"]), "version": .string(try row["name"]),
            ],
            "variables": variables(values), "parameters": parameters, "sensitive": sensitive(values),
        ]
        return BuildInputs(json: json, labels: [])
    }

    private static func owner(_ user: UUID, _ organization: UUID, _ database: some Database) async throws -> [String: JSONValue] {
        guard
            let row = try await database.first(
                """
                select username, name, email, login_type, roles, ssh_public_key, ssh_private_key,
                    (select coalesce(array_agg(g.name order by g.name), '{}') from groups g join group_members m on m.group_id = g.id
                        where m.user_id = u.id and g.organization_id = \(organization)) as groups,
                    (select m.roles from organization_members m where m.user_id = u.id and m.organization_id = \(organization)) as member_roles
                from users u where id = \(user)
                """)
        else { throw BuildError(.notFound, "there is no user \(user)") }
        let (roles, memberRoles): ([String], [String]?) = (try row["roles"], try row["member_roles"])
        let groups: [String] = try row["groups"]
        func role(_ name: String, _ organization: String) -> JSONValue { ["name": .string(name), "organization_id": .string(organization)] }
        return [
            "id": .string(user.description), "name": .string(try row["username"]), "full_name": .string(try row["name"]),
            "email": .string(try row["email"]), "login_type": .string(try row["login_type"]),
            "groups": .array(groups.map { .string($0) }),
            "roles": .array(roles.map { role($0, "") } + (memberRoles ?? []).map { role($0, organization.description) }),
            "ssh_public_key": .string(try row["ssh_public_key"]), "ssh_private_key": .string(try row["ssh_private_key"]),
        ]
    }

    /// Name → value, of name → {value, sensitive}.
    private static func variables(_ values: JSONValue) -> JSONValue {
        .object((values.objectValue ?? [:]).compactMapValues { $0["value"] })
    }

    private static func sensitive(_ values: JSONValue) -> JSONValue {
        let names = (values.objectValue ?? [:]).filter { $0.value["sensitive"]?.boolValue == true }.keys.sorted()
        return .array(
            names.map { .string(JSONPointer(tokens: ["variables", $0]).description) }
                + ["session_token", "oidc_access_token", "ssh_private_key"].map { .string("/owner/\($0)") })
    }
}
