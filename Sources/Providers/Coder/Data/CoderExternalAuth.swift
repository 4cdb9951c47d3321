import HCL
import ProviderKit

/// `coder_external_auth`: a service that the user must have signed in to.
enum CoderExternalAuth {
    static func source(_ context: CoderContext) -> CoderDataSource {
        let block = BlockSchema(
            attributes: [
                "id": AttributeSchema(.string, .required), "access_token": .computed(.string, sensitive: true),
                "optional": AttributeSchema(.bool, .optional),
            ], description: "Use this data source to require users to authenticate with an external service prior to workspace creation.")
        return CoderDataSource(block, context: context) { members, context in
            guard let id = members["id"]?.stringValue, !id.isEmpty else { throw ProviderError("id is required") }
            members["access_token"] = .string(context.variable(BuildEnvironment.externalAuthVariable(id: id)))
        }
    }
}

/// `coder_git_auth`: the same for services of Git, before version 2.0.
enum CoderGitAuth {
    static func source(_ context: CoderContext) -> CoderDataSource {
        let block = BlockSchema(
            attributes: ["id": AttributeSchema(.string, .required), "access_token": .computed(.string, sensitive: true)],
            deprecation: "Use the `coder_external_auth` data source instead.")
        return CoderDataSource(block, context: context) { members, context in
            guard let id = members["id"]?.stringValue, !id.isEmpty else { throw ProviderError("id is required") }
            let old = context.variable(BuildEnvironment.gitAuthVariable(id: id))
            members["access_token"] = .string(
                old.isEmpty ? context.variable(BuildEnvironment.externalAuthVariable(id: id)) : old)
        }
    }
}
