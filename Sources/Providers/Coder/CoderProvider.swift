package import HCL
package import ProviderKit

/// The provider `coder/coder`: what a template says of agents, applications and parameters, and what it may ask of its build.
///
/// Its schemas are those of the published provider and, marked as deprecated, whatever earlier versions of it had, so that
/// templates of any age run. What a build is, it reads from the variables of its environment; ``BuildEnvironment`` writes them.
package struct CoderProvider: Provider {
    package static let source = "coder/coder"

    /// Where a deployment is if nobody says so: the published provider's.
    static let defaultURL = "https://mydeployment.coder.com"

    private let resources: [String: CoderResourceType]
    private let dataSources: [String: CoderDataSource]
    private let isLenient: Bool
    private let makeUUID: @Sendable () -> String

    /// - Parameter isLenient: whether `coder_parameter` gives the value it was given even if that is not allowed. For forms, which
    ///   need everything a template asks at once; the values are judged later, by ``CoderParameter``.
    package init(isLenient: Bool = false) { self.init(isLenient: isLenient, makeUUID: CoderUUID.make) }

    init(isLenient: Bool = false, makeUUID: @escaping @Sendable () -> String) {
        // Why it would not be one does not matter: it is ours.
        guard let url = try? AccessURL(Self.defaultURL) else { preconditionFailure("the default is a URL") }
        self.init(CoderContext(url: url, isLenient: isLenient, makeUUID: makeUUID))
    }

    private init(_ context: CoderContext) {
        isLenient = context.isLenient
        makeUUID = context.makeUUID
        resources = [
            "coder_agent": CoderAgent.type(context), "coder_agent_instance": CoderAgentInstance.type(context),
            "coder_ai_task": CoderAITask.type(context), "coder_app": CoderApp.type(context),
            "coder_devcontainer": CoderDevcontainer.type(context), "coder_env": CoderEnv.type(context),
            "coder_external_agent": CoderExternalAgent.type(context), "coder_metadata": CoderMetadata.type(context),
            "coder_script": CoderScript.type(context),
        ]
        dataSources = [
            "coder_agent_script": CoderAgentScript.source(context), "coder_external_auth": CoderExternalAuth.source(context),
            "coder_git_auth": CoderGitAuth.source(context), "coder_parameter": CoderParameterSource.source(context),
            "coder_provisioner": CoderProvisioner.source(context), "coder_secret": CoderSecret.source(context),
            "coder_task": CoderTask.source(context), "coder_workspace": CoderWorkspace.source(context),
            "coder_workspace_owner": CoderWorkspaceOwner.source(context),
            "coder_workspace_preset": CoderWorkspacePreset.source(context), "coder_workspace_tags": CoderWorkspaceTags.source(context),
        ]
    }

    package var schema: Schema {
        Schema(
            BlockSchema(attributes: [
                "url": AttributeSchema(.string, .optional, "The URL to access Coder."),
                // Of versions before 1.0.
                "feature_use_managed_variables": AttributeSchema(
                    .bool, .optional,
                    deprecation: "Terraform variables are now exclusively utilized for template-wide variables after the removal of"
                        + " support for legacy parameters."),
                "host": AttributeSchema(
                    .string, .optional, deprecation: "Use `url` instead. It is the host of the URL, in place of its own."),
            ]))
    }

    package var resourceTypeNames: [String] { resources.keys.sorted() }
    package var dataSourceNames: [String] { dataSources.keys.sorted() }
    package func resourceType(_ name: String) -> (any ResourceType)? { resources[name] }
    package func dataSource(_ name: String) -> (any DataSource)? { dataSources[name] }

    package func validate(configuration: Value) -> [ProviderFinding] {
        CoderRules(attributes: [.url("url")]).findings(configuration, schema.block)
    }

    package func configured(with configuration: Value, in environment: ProviderEnvironment) async throws -> any Provider {
        let given = configuration.string("url")
        let fallback = environment.variables["CODER_AGENT_URL"].flatMap { $0.isEmpty ? nil : $0 } ?? Self.defaultURL
        let text = given ?? fallback
        guard !text.isEmpty else { throw ProviderError("CODER_AGENT_URL must not be empty; got \"\"") }
        do throws(AccessURL.Fault) {
            var url = try AccessURL(text)
            if let host = configuration.string("host"), !host.isEmpty { url = try url.replacing(host: host) }
            return CoderProvider(
                CoderContext(url: url, variables: environment.variables, isLenient: isLenient, makeUUID: makeUUID))
        } catch {
            throw ProviderError(error.message)
        }
    }
}
