import ArgumentParser
import Foundation
import PluginLoading

/// `berth config-ssh`
struct ConfigSSHCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config-ssh", abstract: "Let ssh, scp, rsync and editors reach workspaces as NAME.berth.",
        discussion: """
            Writes a block of its own into ~/.ssh/config, and nothing else in it. Hosts are NAME.berth and OWNER--NAME.berth; coder.NAME works, too.
            """)

    @Option(name: .long, help: ArgumentHelp("The file.", valueName: "path"))
    var sshConfigFile = "~/.ssh/config"
    @Option(name: [.customShort("o"), .customLong("ssh-option")], help: "A further line for these hosts, as ForwardAgent=yes.")
    var sshOptions: [String] = []
    @Flag(name: .shortAndLong, help: "Do not ask.")
    var yes = false
    @Flag(name: [.customShort("n"), .long], help: "Show the block, and write nothing.")
    var dryRun = false
    @Flag(name: .long, help: "Take the block out.")
    var remove = false

    static let begin = "# BEGIN BERTH: written by \"berth config-ssh\"; do not change"
    static let end = "# END BERTH"

    func run() async throws {
        let path = (sshConfigFile as NSString).expandingTildeInPath
        let old = FileManager.default.fileExists(atPath: path) ? try String(contentsOfFile: path, encoding: .utf8) : ""
        let block = remove ? "" : self.block()
        let new = try Self.replacing(old, with: block)
        if dryRun { return print(block) }
        if new == old { return print("\(path) is as it should be.") }
        if !yes, Prompt.isPossible, try !Prompt.confirm("Change \(path)?", missing: "") { throw ExitCode.failure }
        let directory = (path as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        // A link stays one: what it leads to is replaced.
        let target = URL(fileURLWithPath: path).resolvingSymlinksInPath()
        try Data(new.utf8).write(to: target, options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: target.path)
        print(remove ? "\(path) has no block of Berth's any more." : "You can now say: ssh NAME.berth")
    }

    func block() -> String {
        let program = ExecutablePath.current ?? "berth"
        let more = sshOptions.map { "    " + $0.replacing("=", with: " ", maxReplacements: 1) }
        func host(_ pattern: String) -> [String] {
            ["Host \(pattern)"] + more + [
                "    ConnectTimeout 0", "    StrictHostKeyChecking no", "    UserKnownHostsFile /dev/null", "    LogLevel ERROR",
                "    ProxyCommand \"\(program)\" ssh --stdio %h",
            ]
        }
        return ([Self.begin] + host("*.berth") + host("coder.*") + [Self.end]).joined(separator: "\n") + "\n"
    }

    /// The text with the block in it, or without one.
    static func replacing(_ text: String, with block: String) throws -> String {
        guard let start = text.firstRange(of: begin) else {
            return block.isEmpty ? text : text + (text.isEmpty || text.hasSuffix("\n") ? "" : "\n") + block
        }
        guard let finish = text[start.upperBound...].firstRange(of: end) else {
            throw ValidationError("the file has the beginning of Berth's block and not its end: take it out by hand")
        }
        var rest = text[finish.upperBound...]
        if rest.hasPrefix("\n") { rest = rest.dropFirst() }
        return text[..<start.lowerBound] + block + rest
    }
}
