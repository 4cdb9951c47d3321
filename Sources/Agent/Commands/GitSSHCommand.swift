import AgentMachine
import AgentProtocol
import Glibc
import JSON

/// `coder gitssh`: runs ssh for git with the key that the platform keeps for the workspace's owner, after the owner's own keys.
struct GitSSHCommand {
    private let arguments: [String]
    private let environment: [String: String]

    init(_ arguments: [String], _ environment: [String: String]) {
        self.arguments = arguments.first == "--" ? Array(arguments.dropFirst()) : arguments
        self.environment = environment
    }

    func run() async throws -> Int32 {
        guard !arguments.isEmpty else { throw CommandError("usage: coder gitssh -- ARGUMENTS OF ssh", status: 2) }
        let json = try await ExternalAuth(environment).get(AgentRoutes.gitSSHKey)
        guard let key = json["private_key"]?.stringValue, !key.isEmpty else { throw CommandError("the server has no key for git") }
        let path = try keep(key)
        defer { unlink(path) }
        let home = environment["HOME"] ?? "/"
        // The owner's own keys come first: what they set up by hand is what they want.
        let own = ["id_ed25519", "id_ecdsa", "id_rsa"].map { "\(home)/.ssh/\($0)" }.filter { access($0, R_OK) == 0 }
        let identities = (own + [path]).flatMap { ["-i", $0] }
        return try ChildCommand.run(["ssh"] + identities + arguments, environment: environment)
    }

    private func keep(_ key: String) throws -> String {
        let directory = environment["TMPDIR"] ?? P_tmpdir
        var template = Array("\(directory)/berth-git-XXXXXX".utf8CString)
        // Readable by nobody else from the first moment.
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw CommandError("cannot keep git's key in \(directory): \(String(cString: strerror(errno)))") }
        Console.put(key.hasSuffix("\n") ? key : key + "\n", on: descriptor)
        close(descriptor)
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}

/// A program that takes our place for a while: with our terminal, our input and our output.
enum ChildCommand {
    static func run(_ arguments: [String], environment: [String: String], directory: String? = nil) throws -> Int32 {
        var words = arguments.map { strdup($0) } + [nil]
        var variables = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for pointer in words + variables { free(pointer) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let directory { posix_spawn_file_actions_addchdir_np(&actions, directory) }
        var process: pid_t = 0
        let result = posix_spawnp(&process, arguments[0], &actions, nil, &words, &variables)
        guard result == 0 else {
            throw CommandError("cannot run \(arguments[0]): \(String(cString: strerror(result)))", status: result == ENOENT ? 127 : 126)
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 { guard errno == EINTR else { throw CommandError("lost sight of \(arguments[0])") } }
        return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    }
}
