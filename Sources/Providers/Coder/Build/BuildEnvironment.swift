/// What a build of a workspace is, for whatever carries it out: rendered to the `CODER_…` variables that providers read, in
/// whichever engine they run.
package struct BuildEnvironment: Sendable, Hashable {
    package enum Transition: String, Sendable, CaseIterable {
        case start, stop, destroy
    }

    /// Whether the workspace is built ahead, for nobody yet.
    package enum Prebuild: Sendable, Hashable {
        case none
        case prebuild
        /// It was built ahead and gets its owner in this build.
        case claim
    }

    package struct Workspace: Sendable, Hashable {
        package var id: String
        package var name: String
        package var transition: Transition

        package init(id: String, name: String, transition: Transition = .start) {
            self.id = id
            self.name = name
            self.transition = transition
        }
    }

    package struct Role: Sendable, Hashable {
        package var name: String
        package var organizationID: String

        package init(name: String, organizationID: String = "") {
            self.name = name
            self.organizationID = organizationID
        }
    }

    package struct Owner: Sendable, Hashable {
        package var id: String
        package var name: String
        package var fullName: String
        package var email: String
        package var loginType: String
        package var groups: [String]
        package var roles: [Role]
        package var sshPublicKey: String
        package var sshPrivateKey: String
        package var sessionToken: String
        package var oidcAccessToken: String

        package init(
            id: String, name: String, fullName: String = "", email: String = "", loginType: String = "", groups: [String] = [],
            roles: [Role] = [], sshPublicKey: String = "", sshPrivateKey: String = "", sessionToken: String = "",
            oidcAccessToken: String = ""
        ) {
            self.id = id
            self.name = name
            self.fullName = fullName
            self.email = email
            self.loginType = loginType
            self.groups = groups
            self.roles = roles
            self.sshPublicKey = sshPublicKey
            self.sshPrivateKey = sshPrivateKey
            self.sessionToken = sessionToken
            self.oidcAccessToken = oidcAccessToken
        }
    }

    package struct Template: Sendable, Hashable {
        package var id: String
        package var name: String
        package var version: String

        package init(id: String, name: String, version: String) {
            self.id = id
            self.name = name
            self.version = version
        }
    }

    /// For which machines a script starts an agent.
    package struct Platform: Sendable, Hashable {
        package var os: String
        package var arch: String

        package init(os: String, arch: String) {
            self.os = os
            self.arch = arch
        }
    }

    /// Of this build, also of one that only plans; nil outside of builds, where less is asked of the other parts.
    package var buildID: String?
    /// Where users and agents reach the deployment.
    package var accessURL: String
    package var workspace: Workspace
    package var owner: Owner
    package var template: Template
    package var prebuild: Prebuild = .none
    /// Answers by the name of the parameter.
    package var parameters: [String: String] = [:]
    /// Values of the build before, whatever became of it.
    package var previousParameters: [String: String] = [:]
    /// Access tokens by the identifier of the service.
    package var externalAuth: [String: String] = [:]
    /// Scripts that install and start an agent; `${ACCESS_URL}` and `${AUTH_TYPE}` in them are put in by the provider.
    package var agentScripts: [Platform: String] = [:]
    /// Tokens of agents that run already, by the agent's identifier: they keep theirs while a workspace is claimed.
    package var runningAgentTokens: [String: String] = [:]
    /// Secrets of the user by the name of the variable they are given in.
    package var secrets: [String: String] = [:]
    /// Secrets of the user by the path of the file they are given in.
    package var secretFiles: [String: String] = [:]
    /// The task that the workspace was made for.
    package var taskID = ""
    package var taskPrompt = ""

    package init(buildID: String? = nil, accessURL: String, workspace: Workspace, owner: Owner, template: Template) {
        self.buildID = buildID
        self.accessURL = accessURL
        self.workspace = workspace
        self.owner = owner
        self.template = template
    }
}
