import HCL
import ProviderKit

/// `coder_workspace_owner`: whose workspace it is.
enum CoderWorkspaceOwner {
    static func source(_ context: CoderContext) -> CoderDataSource {
        CoderDataSource(block, version: 0, context: context) { members, context in
            members["id"] = .string(context.variable("CODER_WORKSPACE_OWNER_ID", default: context.makeUUID()))
            members["name"] = .string(context.variable("CODER_WORKSPACE_OWNER", default: "default"))
            members["full_name"] = .string(context.variable("CODER_WORKSPACE_OWNER_NAME", default: "default"))
            members["email"] = .string(context.variable("CODER_WORKSPACE_OWNER_EMAIL", default: "default@example.com"))
            for name in ["ssh_public_key", "ssh_private_key", "session_token", "oidc_access_token"] {
                members[name] = .string(context.variable("CODER_WORKSPACE_OWNER_\(name.uppercased())"))
            }
            let login = context.variable("CODER_WORKSPACE_OWNER_LOGIN_TYPE")
            members["login_type"] = login.isEmpty ? .null(.string) : .string(login)
            members["groups"] = try groups(context)
            members["rbac_roles"] = try roles(context)
        }
    }

    static func groups(_ context: CoderContext) throws -> Value {
        try decoded("CODER_WORKSPACE_OWNER_GROUPS", as: .list(.string), "user groups", context)
    }

    private static func roles(_ context: CoderContext) throws -> Value {
        // The roles of the build have no other members than these, which may be absent.
        let list = try decoded("CODER_WORKSPACE_OWNER_RBAC_ROLES", as: .list(.map(.string)), "user rbac roles", context)
        let roles = (list.elements ?? []).map { role in
            Value.object(["name": .string(role.string("name") ?? ""), "org_id": .string(role.string("org_id") ?? "")])
        }
        return .list(roles, of: role)
    }

    private static func decoded(_ name: String, as type: ValueType, _ what: String, _ context: CoderContext) throws -> Value {
        guard let text = context.variables[name] else { return .list([], of: type.elementType ?? .string) }
        do {
            let value = try Value.jsonDecoded(text).converted(to: type)
            return value.isNull ? .list([], of: type.elementType ?? .string) : value
        } catch {
            throw ProviderError("invalid \(what): \(error)")
        }
    }

    private static let role = ValueType.object(["name": .string, "org_id": .string])

    private static let block = BlockSchema(
        attributes: [
            "id": .computed(.string), "name": .computed(.string), "full_name": .computed(.string), "email": .computed(.string),
            "ssh_public_key": .computed(.string), "ssh_private_key": .computed(.string, sensitive: true),
            "session_token": .computed(.string, sensitive: true), "oidc_access_token": .computed(.string, sensitive: true),
            "login_type": .computed(.string), "groups": .computed(.list(.string)), "rbac_roles": .computed(.list(role)),
        ], description: "Use this data source to fetch information about the workspace owner.")
}
