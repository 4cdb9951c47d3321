import Glibc
import HostConfiguration

/// Where a server keeps its things; all of it is its user's alone.
struct ServerDirectories: Sendable {
    let root: String

    /// - Throws: ``ServerStartError``.
    init(_ settings: ServerSettings) throws(ServerStartError) {
        root = settings.optionalText("data-dir") ?? Self.usual
        guard root.hasPrefix("/") else {
            throw ServerStartError("the data directory \(root) is not an absolute path", "give --data-dir one that begins with /")
        }
        try Self.make(root)
    }

    /// Of the server's own PostgreSQL.
    var postgres: String { root + "/postgres" }
    /// What plugins keep between jobs, and workers while they run.
    var plugins: String { root + "/plugins" }
    /// Templates while they are built.
    var builds: String { root + "/builds" }

    private static var usual: String {
        func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 } }
        if geteuid() == 0 { return "/var/lib/berth" }
        return (variable("XDG_DATA_HOME") ?? (variable("HOME") ?? "") + "/.local/share") + "/berth"
    }

    private static func make(_ path: String) throws(ServerStartError) {
        var made = ""
        for part in path.split(separator: "/") {
            made += "/" + part
            // Others may look up what is in it by name, as PostgreSQL's user must; the directories in it are closed.
            guard mkdir(made, made == path ? 0o711 : 0o755) == 0 || errno == EEXIST else {
                throw ServerStartError(
                    "cannot make \(made): \(String(cString: strerror(errno)))", "choose another directory with --data-dir")
            }
        }
    }
}

/// Why a server does not start, and what to do about it.
package struct ServerStartError: Error, CustomStringConvertible {
    package var problem: String
    package var advice: String

    package init(_ problem: String, _ advice: String) {
        self.problem = problem
        self.advice = advice
    }

    package var description: String { "\(problem)\n  \(advice)" }
}
