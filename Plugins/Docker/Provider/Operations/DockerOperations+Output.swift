package import DockerEngine
import HCL
import JSON
import ProviderKit

extension DockerOperations {
    /// Why the telling of a log came to its end.
    package enum LogEnd: Sendable, Hashable {
        /// Everything was told; when following, the container has ended.
        case complete
        case sizeLimit
        case timeLimit
    }

    /// What a container printed, part by part in the order in which the engine tells it.
    ///
    /// - Parameters:
    ///   - tail: the last so many lines; all if nil.
    ///   - since: a moment in RFC 3339, seconds since 1970, or how long ago: `10m`. Empty for the beginning.
    ///   - follows: whether to wait for more, until the container ends or a limit is reached.
    ///   - sizeMax: so many bytes at most; what follows is left out.
    ///   - secondsMax: how long to follow at most.
    package func logs(
        _ container: String, tail: Int? = nil, since: String = "", follows: Bool = false, sizeMax: Int = 4 << 20, secondsMax: Int = 3600,
        _ body: @escaping @Sendable (OutputFrames.Frame) async throws -> Void
    ) async throws -> LogEnd {
        let found = try await self.container(container)
        var options = DockerClient.LogOptions()
        options.tail = tail.map { String(max(0, $0)) } ?? "all"
        options.since = try LogMoment.seconds(since)
        options.follows = follows
        return try await withThrowingTaskGroup(of: LogEnd.self) { [options] group in
            group.addTask { try await tell(found, options, sizeMax: sizeMax, body) }
            group.addTask {
                try await Task.sleep(for: .seconds(max(1, secondsMax)))
                return .timeLimit
            }
            defer { group.cancelAll() }
            return try await group.next() ?? .complete
        }
    }

    private func tell(
        _ container: ContainerFindings, _ options: DockerClient.LogOptions, sizeMax: Int, _ body: (OutputFrames.Frame) async throws -> Void
    ) async throws -> LogEnd {
        var room = sizeMax
        do {
            try await backend.ask("read the log of the container \(container.name.goQuoted)") { client in
                try await client.logs(container.id, options, isTerminal: container.hasTerminal) { frame in
                    var frame = frame
                    let isTooMuch = frame.bytes.count > room
                    if isTooMuch { frame.bytes.removeLast(frame.bytes.count - room) }
                    room -= frame.bytes.count
                    if !frame.bytes.isEmpty { try await body(frame) }
                    if isTooMuch { throw Full() }
                }
            }
        } catch is Full {
            return .sizeLimit
        }
        return .complete
    }

    private struct Full: Error {}

    /// What became of a command.
    package struct CommandResult: Sendable, Hashable {
        /// 126 and 127 if the container has no such program, as in a shell.
        package var exitCode: Int
        package var output: DockerOutput
    }

    /// Runs a command in a container that runs, without input, and waits for its end.
    ///
    /// The engine has no way to end a command: if the task is cancelled, it goes on, without being listened to.
    ///
    /// - Parameters:
    ///   - user: a name or number, and a group if wanted: `1000:1000`. The container's own if nil.
    ///   - environment: as `NAME=value`.
    ///   - sizeMax: so many bytes of output and errors are kept; the command goes on when there are more.
    package func exec(
        _ container: String, command: [String], user: String? = nil, directory: String? = nil, environment: [String] = [],
        sizeMax: Int = 1 << 20
    ) async throws -> CommandResult {
        guard let program = command.first, !program.isEmpty else { throw ProviderError("Missing command", "There is no program to run.") }
        let found = try await self.container(container)
        guard found.isRunning else { throw Self.notRunning(found, "a command can run in it") }
        var output = DockerOutput(sizeMax: sizeMax)
        let code = try await backend.ask("run \(program.goQuoted) in the container \(found.name.goQuoted)") { client in
            try await client.execute(command, in: found.id, user: user, workingDirectory: directory, environment: environment) {
                output.add($0)
            }
        }
        return CommandResult(exitCode: code, output: output)
    }

    static func notRunning(_ container: ContainerFindings, _ what: String) -> ProviderError {
        ProviderError(
            "The container \(container.name.goQuoted) does not run",
            "It ended with exit code \(container.exitCode). Start the workspace, so that \(what).")
    }
}
