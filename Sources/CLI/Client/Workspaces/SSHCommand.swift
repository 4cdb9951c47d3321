import APIClient
import ArgumentParser
import Glibc
import JSON
import NIOCore
import PluginLoading

/// `berth ssh`
struct SSHCommand: ClientCommand {
    static let configuration = CommandConfiguration(
        commandName: "ssh", abstract: "Open a shell in a workspace, or run a command there.",
        discussion: """
            Starts a workspace that is stopped, waits for its agent, and runs OpenSSH's ssh through the server. --stdio is for \
            OpenSSH's ProxyCommand: bytes in, bytes out; "berth config-ssh" writes it down.
            """)

    @Argument(help: "NAME, OWNER/NAME, or with .AGENT.")
    var workspace: String
    @Argument(parsing: .captureForPassthrough, help: "What to run there, and options of ssh before it.")
    var command: [String] = []
    @Flag(name: .long, help: "Be the connection itself: bytes on standard input and output.")
    var stdio = false
    @Flag(name: .long, help: "Fail if the workspace is stopped, instead of starting it.")
    var disableAutostart = false
    @OptionGroup var options: ClientOptions

    func perform() async throws {
        if stdio { return try await pass() }
        let host = "\(workspace.replacing("/", with: "--")).berth"
        let program = ExecutablePath.current ?? "berth"
        var words = [
            "ssh", "-o", "ProxyCommand=\(Self.quoted(program)) ssh --stdio\(disableAutostart ? " --disable-autostart" : "") \(workspace)",
            "-o", "UserKnownHostsFile=/dev/null", "-o", "StrictHostKeyChecking=no", "-o", "LogLevel=ERROR", host,
        ]
        words += command
        var pointers = words.map { strdup($0) } + [nil]
        execvp("ssh", &pointers)
        let problem = errno
        for pointer in pointers { free(pointer) }
        throw ValidationError("ssh cannot be started: \(String(cString: strerror(problem))); install OpenSSH's client")
    }

    private static func quoted(_ word: String) -> String { "'\(word.replacing("'", with: "'\\''"))'" }

    /// Joins standard input and output with the agent's SSH server.
    private func pass() async throws {
        let client = try options.client()
        let agent = try await AgentWait(client: client, name: try WorkspaceName(host: workspace), startsStopped: !disableAutostart).ready()
        try await StreamPipe.join(client, "/api/v2/berth/workspaceagents/\(agent)/connect", query: [("target", "ssh")])
    }
}
