import HCL

extension BuildEnvironment {
    /// What a build is asked to do with the variables.
    package enum Step: Sendable {
        case plan
        /// Values that a plan has taken in are not given again.
        case apply
    }

    /// The variables, for ``ProviderEnvironment`` or for a process.
    package func variables(for step: Step) -> [String: String] {
        var variables = workspaceVariables.merging(ownerVariables) { _, new in new }
        variables["CODER_AGENT_URL"] = accessURL
        variables["CODER_TASK_ID"] = taskID
        variables["CODER_TASK_PROMPT"] = taskPrompt
        for (platform, script) in agentScripts { variables["CODER_AGENT_SCRIPT_\(platform.os)_\(platform.arch)"] = script }
        for (agent, token) in runningAgentTokens {
            // With one agent, the provider does not know yet which it is.
            let id = runningAgentTokens.count == 1 ? "" : agent
            variables[Self.runningAgentTokenVariable(agentID: id)] = token
        }
        return step == .plan ? variables.merging(planVariables) { _, new in new } : variables
    }

    private var workspaceVariables: [String: String] {
        var variables = [
            "CODER_WORKSPACE_ID": workspace.id, "CODER_WORKSPACE_NAME": workspace.name,
            "CODER_WORKSPACE_TRANSITION": workspace.transition.rawValue,
            "CODER_WORKSPACE_TEMPLATE_ID": template.id, "CODER_WORKSPACE_TEMPLATE_NAME": template.name,
            "CODER_WORKSPACE_TEMPLATE_VERSION": template.version,
        ]
        if let buildID { variables["CODER_WORKSPACE_BUILD_ID"] = buildID }
        switch prebuild {
        case .none: break
        case .prebuild: variables["CODER_WORKSPACE_IS_PREBUILD"] = "true"
        case .claim: variables["CODER_WORKSPACE_IS_PREBUILD_CLAIM"] = "true"
        }
        return variables
    }

    private var ownerVariables: [String: String] {
        let roles = owner.roles.map { Value.object(["name": .string($0.name), "org_id": .string($0.organizationID)]) }
        let texts = [
            "": owner.name, "_ID": owner.id, "_EMAIL": owner.email, "_NAME": owner.fullName, "_LOGIN_TYPE": owner.loginType,
            "_GROUPS": Self.json(owner.groups.map { .string($0) }), "_RBAC_ROLES": Self.json(roles),
            "_SSH_PUBLIC_KEY": owner.sshPublicKey, "_SSH_PRIVATE_KEY": owner.sshPrivateKey,
            "_SESSION_TOKEN": owner.sessionToken, "_OIDC_ACCESS_TOKEN": owner.oidcAccessToken,
        ]
        return Dictionary(uniqueKeysWithValues: texts.map { ("CODER_WORKSPACE_OWNER" + $0, $1) })
    }

    private var planVariables: [String: String] {
        var variables: [String: String] = [:]
        for (name, value) in parameters { variables[Self.parameterVariable(name: name)] = value }
        for (name, value) in previousParameters { variables[Self.previousParameterVariable(name: name)] = value }
        for (id, token) in externalAuth {
            variables[Self.externalAuthVariable(id: id)] = token
            variables[Self.gitAuthVariable(id: id)] = token
        }
        for (name, value) in secrets { variables[Self.secretVariable(name: name)] = value }
        for (path, value) in secretFiles { variables[Self.secretFileVariable(path: path)] = value }
        return variables
    }

    private static func json(_ elements: [Value]) -> String {
        do throws(JSONEncodingError) {
            return try Value.tuple(elements).jsonEncoded()
        } catch {
            preconditionFailure("known text has a JSON form: \(error)")
        }
    }

    // Names of parameters and paths may have anything in them, names of variables may not.

    package static func parameterVariable(name: String) -> String { "CODER_PARAMETER_" + digest(name) }
    package static func previousParameterVariable(name: String) -> String { "CODER_PARAMETER_PREVIOUS_" + digest(name) }
    package static func runningAgentTokenVariable(agentID: String) -> String { "CODER_RUNNING_WORKSPACE_AGENT_TOKEN_" + digest(agentID) }
    package static func externalAuthVariable(id: String) -> String { "CODER_EXTERNAL_AUTH_ACCESS_TOKEN_" + id }
    package static func gitAuthVariable(id: String) -> String { "CODER_GIT_AUTH_ACCESS_TOKEN_" + id }
    package static func secretVariable(name: String) -> String { "CODER_SECRET_ENV_" + name }
    package static func secretFileVariable(path: String) -> String {
        "CODER_SECRET_FILE_" + BytesText.hexadecimal.text(Array(path.utf8))
    }

    private static func digest(_ text: String) -> String { BytesText.hexadecimal.text(Digest.sha256.hash(Array(text.utf8))) }
}
