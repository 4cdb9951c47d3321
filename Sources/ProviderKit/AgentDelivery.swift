/// How an agent gets into a machine or container that a build makes, and where it then finds the server.
///
/// A backend that can put files into what it creates puts the executable there before the first start, so that an image needs
/// neither a shell nor a download program for it. Where that cannot be done, the script of `coder_agent` fetches it.
package struct AgentDelivery: Sendable, Hashable {
    /// An agent for one kind of machine: a single static file.
    package struct Executable: Sendable, Hashable {
        /// As `coder_agent` names them: `linux`.
        package var os: String
        /// As `coder_agent` names them: `amd64`, `arm64`.
        package var arch: String
        /// Absolute, on the machine that carries out the build.
        package var path: String
        /// SHA-256 of the file, lower-case hexadecimal; a file that differs is never delivered.
        package var sha256: String

        package init(os: String, arch: String, path: String, sha256: String) {
            self.os = os
            self.arch = arch
            self.path = path
            self.sha256 = sha256
        }
    }

    /// Where the executable lies in every machine and container that it was put into.
    package static let directory = "/opt/berth/bin"
    /// Its name there; `coder` beside it is a link to it.
    package static let name = "berth-agent"
    /// Variables of which each tells that whoever has it starts an agent.
    package static let tokenVariables = ["BERTH_AGENT_TOKEN", "CODER_AGENT_TOKEN"]
    /// The variable that tells an agent where the server is; it has precedence over what the agent's script says.
    package static let urlVariable = "BERTH_AGENT_URL"

    /// Where users and agents reach the deployment; may name a loopback address, which means another machine to a container.
    package var accessURL: String
    package var executables: [Executable]

    package init(accessURL: String, executables: [Executable] = []) {
        self.accessURL = accessURL
        self.executables = executables
    }

    /// The executable for a machine; nil if there is none.
    package func executable(os: String, arch: String) -> Executable? { executables.first { $0.os == os && $0.arch == arch } }
}
