import JSON
import NIOCore

extension DockerClient {
    /// Which part of the log of a container is wanted.
    package struct LogOptions: Sendable {
        package var follows = false
        package var output = true
        package var errors = true
        package var timestamps = false
        package var details = false
        /// The last so many lines, or `all`.
        package var tail = "all"
        package var since = ""
        package var until = ""

        package init() {}

        fileprivate var query: [(String, String)] {
            let flags = [("follow", follows), ("stdout", output), ("stderr", errors), ("timestamps", timestamps), ("details", details)]
            let texts = [("since", since), ("until", until)].filter { !$0.1.isEmpty }
            return flags.map { ($0.0, $0.1 ? "1" : "0") } + [("tail", tail)] + texts
        }
    }

    /// What a container printed; each part is told as it comes.
    ///
    /// - Parameter isTerminal: whether the container has a terminal, so that output and errors are one.
    package func logs(
        _ id: String, _ options: LogOptions = LogOptions(), isTerminal: Bool, _ body: (OutputFrames.Frame) async throws -> Void
    ) async throws {
        let request = DockerRequest("GET", "/containers/\(DockerRequest.part(id))/logs", query: options.query, timeoutSeconds: nil)
        try await Self.read(try await stream(request), isTerminal: isTerminal, body)
    }

    /// Runs a command in a container that runs, without input.
    ///
    /// - Returns: its exit code.
    package func execute(
        _ command: [String], in id: String, user: String? = nil, workingDirectory: String? = nil, environment: [String] = [],
        _ body: (OutputFrames.Frame) async throws -> Void
    ) async throws -> Int {
        var configuration: JSONValue = [
            "AttachStdout": true, "AttachStderr": true, "Cmd": .array(command.map { .string($0) }),
            "Env": .array(environment.map { .string($0) }),
        ]
        if let user { configuration["User"] = .string(user) }
        if let workingDirectory { configuration["WorkingDir"] = .string(workingDirectory) }
        let made = try await call(DockerRequest("POST", "/containers/\(DockerRequest.part(id))/exec", body: .json(configuration)))
        guard let exec = made["Id"]?.stringValue else {
            throw DockerError(.invalidAnswer, "the Docker Engine made a command without saying its identifier")
        }
        let path = "/exec/\(DockerRequest.part(exec))"
        let start = DockerRequest("POST", "\(path)/start", body: .json(["Detach": false, "Tty": false]), timeoutSeconds: nil)
        try await Self.read(try await stream(start), isTerminal: false, body)
        while true {
            let state = try await call(DockerRequest("GET", "\(path)/json"))
            if state["Running"]?.boolValue != true { return state["ExitCode"]?.intValue ?? -1 }
            // Its output ended, but the engine has not seen its end yet.
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    private static func read(
        _ stream: DockerByteStream, isTerminal: Bool, _ body: (OutputFrames.Frame) async throws -> Void
    ) async throws {
        var frames = OutputFrames()
        for try await part in stream {
            if isTerminal {
                try await body(OutputFrames.Frame(source: .output, bytes: Array(part.readableBytesView)))
            } else {
                for frame in try frames.take(part.readableBytesView) { try await body(frame) }
            }
        }
    }
}
