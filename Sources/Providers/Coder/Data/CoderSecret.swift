import HCL
import ProviderKit

/// `coder_secret`: a secret of the user that a template needs. Versions 2.16 and 2.17 had it; later ones do not, but templates with
/// it are around.
enum CoderSecret {
    static func source(_ context: CoderContext) -> CoderDataSource {
        CoderDataSource(block, rules: rules, context: context) { members, context in
            let name = members["env"]?.stringValue ?? ""
            let file = members["file"]?.stringValue ?? ""
            guard name.isEmpty != file.isEmpty else { throw ProviderError("exactly one of `env` or `file` must be set") }
            let variable = name.isEmpty ? BuildEnvironment.secretFileVariable(path: file) : BuildEnvironment.secretVariable(name: name)
            let value = context.variable(variable)
            members["id"] = .string(name.isEmpty ? "file:\(file)" : "env:\(name)")
            members["value"] = .string(value)
            // A workspace whose secret is gone must still stop and be deleted.
            let isStart = !context.variable("CODER_WORKSPACE_BUILD_ID").isEmpty && context.variable("CODER_WORKSPACE_TRANSITION") == "start"
            guard value.isEmpty, isStart else { return }
            let requirement = name.isEmpty ? "file \(file.goQuoted)" : "environment variable \(name.goQuoted)"
            let help = members["help_message"]?.stringValue ?? ""
            throw ProviderError(
                "Missing required secret: \(requirement)",
                "Required: \(requirement)\n\n" + (help.isEmpty ? "" : "Help message: \(help)\n\n")
                    + "To resolve: ensure a secret exposes the \(requirement).\n")
        }
    }

    private static let rules = CoderRules(attributes: [
        .text("env") { name in
            name.isEmpty || CoderEnv.name.matches(name)
                ? nil : "`env` must be a POSIX-compliant identifier matching \(CoderEnv.name.source.goQuoted); got \(name.goQuoted)"
        },
        .text("file") { path in
            path.isEmpty || path.hasPrefix("/") || path.starts(with: ["~", "/"])
                ? nil : "`file` must start with `/` or `~/`; got \(path.goQuoted)"
        },
    ])

    private static let block = BlockSchema(
        attributes: [
            "id": .identifier, "env": .text, "file": .text, "help_message": AttributeSchema(.string, .required),
            "value": .computed(.string, sensitive: true),
        ], description: "Use this data source to declare that a workspace requires a user secret.",
        deprecation: "The published provider does not have this data source any more.")
}
