import AgentMachine
import Glibc

/// `coder dotfiles`: fetches a repository, and runs its install script or links its files into home.
struct DotfilesCommand {
    /// The scripts that are looked for, in this order.
    static let scripts = [
        "install.sh", "install", "bootstrap.sh", "bootstrap", "setup.sh", "setup", "script/install.sh", "script/install", "script/bootstrap.sh",
        "script/bootstrap", "script/setup.sh", "script/setup",
    ]

    private let options: CommandArguments
    private let environment: [String: String]

    init(_ arguments: [String], _ environment: [String: String]) throws {
        options = try CommandArguments(
            arguments, flags: ["symlink-dir": "", "branch": "b", "repo-dir": ""], switches: ["yes": "y"])
        self.environment = environment
    }

    func run() async throws -> Int32 {
        guard let repository = options.rest.first, options.rest.count == 1, !repository.hasPrefix("-") else {
            throw CommandError("usage: coder dotfiles [-y] [--branch BRANCH] REPOSITORY", status: 2)
        }
        guard let home = environment["HOME"], home.hasPrefix("/") else { throw CommandError("HOME is not set") }
        let configuration = environment["XDG_CONFIG_HOME"] ?? "\(home)/.config"
        let name = options.values["repo-dir"] ?? environment["CODER_DOTFILES_REPO_DIR"] ?? "dotfiles"
        let directory = "\(configuration)/coderv2/\(name)"
        let branch = options.values["branch"] ?? ""
        try agree("\(repository) is fetched to \(directory), and its script is run or its files are linked into \(home).")
        if access("\(directory)/.git", F_OK) == 0 {
            try git(["pull", "--ff-only"] + (branch.isEmpty ? [] : ["origin", branch]), in: directory)
        } else {
            try makeDirectories(directory)
            try git(["clone"] + (branch.isEmpty ? [] : ["--branch", branch]) + ["--", repository, directory], in: nil)
        }
        if let script = Self.scripts.first(where: { isFile("\(directory)/\($0)") }) {
            let path = "\(directory)/\(script)"
            // Repositories that were made on other systems often lack the bit.
            if access(path, X_OK) != 0 { chmod(path, 0o755) }
            Console.say("Running \(script)...")
            let status = try ChildCommand.run([path], environment: environment, directory: directory)
            if status != 0 { throw CommandError("\(script) failed with exit status \(status)", status: status) }
            return 0
        }
        try link(directory, options.values["symlink-dir"] ?? environment["CODER_SYMLINK_DIR"] ?? home)
        return 0
    }

    private func agree(_ what: String) throws {
        guard !options.isSet("yes") else { return }
        Console.say(what)
        Console.put("Go on? (yes/no) ", on: 1)
        guard ["y", "yes"].contains(readLine()?.lowercased() ?? "") else { throw CommandError("nothing was done") }
    }

    /// Links what begins with a dot, and keeps what was there.
    private func link(_ directory: String, _ target: String) throws {
        guard let entries = opendir(directory) else { throw CommandError("cannot read \(directory): \(String(cString: strerror(errno)))") }
        defer { closedir(entries) }
        var count = 0
        while let entry = readdir(entries) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name.hasPrefix("."), name != ".", name != "..", name != ".git" else { continue }
            let (source, place) = ("\(directory)/\(name)", "\(target)/\(name)")
            var status = stat()
            if lstat(place, &status) == 0 {
                let isLink = status.st_mode & S_IFMT == S_IFLNK
                guard isLink ? unlink(place) == 0 : rename(place, place + ".bak") == 0 else {
                    throw CommandError("cannot move \(place) out of the way: \(String(cString: strerror(errno)))")
                }
            }
            guard symlink(source, place) == 0 else { throw CommandError("cannot link \(place): \(String(cString: strerror(errno)))") }
            count += 1
        }
        Console.say("Linked \(count) files into \(target)")
    }

    private func git(_ arguments: [String], in directory: String?) throws {
        let status = try ChildCommand.run(["git"] + arguments, environment: environment, directory: directory)
        guard status == 0 else { throw CommandError("git \(arguments[0]) failed with exit status \(status)", status: status) }
    }

    private func isFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    private func makeDirectories(_ path: String) throws {
        var at = ""
        for part in path.split(separator: "/") {
            at += "/\(part)"
            guard mkdir(at, 0o755) == 0 || errno == EEXIST else { throw CommandError("cannot make \(at): \(String(cString: strerror(errno)))") }
        }
    }
}
