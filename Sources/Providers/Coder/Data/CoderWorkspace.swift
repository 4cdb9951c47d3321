import HCL
import ProviderKit

/// `coder_workspace`: the workspace that is being built.
enum CoderWorkspace {
    static func source(_ context: CoderContext) -> CoderDataSource {
        CoderDataSource(block, context: context) { members, context in
            let transition = context.variable("CODER_WORKSPACE_TRANSITION", default: "start")
            let isClaim = context.isTrue("CODER_WORKSPACE_IS_PREBUILD_CLAIM")
            // Who is claimed has an owner, and is not waiting for one any more.
            let isPrebuild = context.isTrue("CODER_WORKSPACE_IS_PREBUILD") && !isClaim
            members["id"] = .string(context.variable("CODER_WORKSPACE_ID", default: context.makeUUID()))
            members["name"] = .string(context.variable("CODER_WORKSPACE_NAME", default: "default"))
            members["transition"] = .string(transition)
            members["start_count"] = .integer(transition == "start" ? 1 : 0)
            members["is_prebuild"] = .bool(isPrebuild)
            members["prebuild_count"] = .integer(isPrebuild ? 1 : 0)
            members["is_prebuild_claim"] = .bool(isClaim)
            members["template_id"] = .string(try context.required("CODER_WORKSPACE_TEMPLATE_ID", "template ID"))
            members["template_name"] = .string(try context.required("CODER_WORKSPACE_TEMPLATE_NAME", "template name"))
            members["template_version"] = .string(try context.required("CODER_WORKSPACE_TEMPLATE_VERSION", "template version"))
            members["access_url"] = .string(context.url.text)
            guard let port = GoNumber.integer(context.url.effectivePort) else {
                throw ProviderError("couldn't parse port \(context.url.effectivePort.goQuoted)")
            }
            members["access_port"] = .integer(port)
            try fillOwner(&members, context)
        }
    }

    /// Attributes of versions before 2.0, in which there was no `coder_workspace_owner`.
    private static func fillOwner(_ members: inout [String: Value], _ context: CoderContext) throws {
        let name = context.variable("CODER_WORKSPACE_OWNER", default: "default")
        members["owner"] = .string(name)
        members["username"] = .string(name)
        members["owner_id"] = .string(context.variable("CODER_WORKSPACE_OWNER_ID", default: context.makeUUID()))
        members["owner_name"] = .string(context.variable("CODER_WORKSPACE_OWNER_NAME", default: "default"))
        members["owner_email"] = .string(context.variable("CODER_WORKSPACE_OWNER_EMAIL", default: "default@example.com"))
        members["owner_groups"] = try CoderWorkspaceOwner.groups(context)
        members["owner_session_token"] = .string(context.variable("CODER_WORKSPACE_OWNER_SESSION_TOKEN"))
        members["owner_oidc_access_token"] = .string(context.variable("CODER_WORKSPACE_OWNER_OIDC_ACCESS_TOKEN"))
    }

    private static func ofOwner(_ name: String, _ type: ValueType = .string, sensitive: Bool = false) -> AttributeSchema {
        .computed(type, sensitive: sensitive, deprecation: "Use `coder_workspace_owner.\(name)` instead.")
    }

    private static let block = BlockSchema(
        attributes: [
            "id": .computed(.string), "name": .computed(.string), "transition": .computed(.string), "start_count": .computed(.number),
            "access_url": .computed(.string), "access_port": .computed(.number),
            "is_prebuild": .computed(.bool), "prebuild_count": .computed(.number), "is_prebuild_claim": .computed(.bool),
            "template_id": .computed(.string), "template_name": .computed(.string), "template_version": .computed(.string),
            "owner": ofOwner("name"), "owner_id": ofOwner("id"), "owner_name": ofOwner("full_name"), "owner_email": ofOwner("email"),
            "owner_groups": ofOwner("groups", .list(.string)), "owner_session_token": ofOwner("session_token", sensitive: true),
            "owner_oidc_access_token": ofOwner("oidc_access_token", sensitive: true),
            // Of version 0.2.0.
            "username": ofOwner("name"),
        ], description: "Use this data source to get information for the active workspace build.")
}
