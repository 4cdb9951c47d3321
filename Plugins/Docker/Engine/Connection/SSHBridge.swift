import CShims
import Glibc
import Processes
import Synchronization
import Threads

/// Makes an engine on another machine look like one on a socket of this: whoever connects to it gets an ssh of their own, whose
/// input and output the connection is. Ends, with all that runs, when nobody knows it any more.
final class SSHBridge: Sendable {
    /// How many connections there are at once; a server may want fewer (`MaxSessions`, `MaxStartups`).
    static let connectionsMax = 64

    private let destination: SSHDestination
    private let connections = Connections()
    private let place = Mutex<(listener: Int32, directory: String)?>(nil)

    init(_ destination: SSHDestination) { self.destination = destination }

    deinit {
        connections.end()
        guard let (listener, directory) = place.withLock({ $0 }) else { return }
        // Wakes the thread that accepts, which closes it.
        shutdown(listener, Int32(SHUT_RDWR))
        unlink("\(directory)/engine")
        rmdir(directory)
    }

    /// What comes before the path in a URL.
    func origin() throws(DockerError) -> String {
        let directory = try place.withLock { place throws(DockerError) in
            if let place { return place.directory }
            let made = try Self.listen()
            let (listener, destination, connections) = (made.listener, destination, connections)
            do {
                try OwnThread.start("docker ssh", stackSizeBytes: 256 << 10) {
                    Self.accept(listener, destination, connections)
                }
            } catch {
                close(listener)
                throw DockerError(.unreachable, "cannot start a thread for connections by SSH: \(error)")
            }
            place = made
            return made.directory
        }
        return DockerEndpoint.origin(socket: "\(directory)/engine")
    }

    /// Why a connection that was made since then ended, in the words of ssh; waits a little for them.
    func explanation(since start: ContinuousClock.Instant) async -> String? {
        for _ in 0..<40 {
            if let words = connections.failure(since: start) { return words }
            do { try await Task.sleep(for: .milliseconds(50)) } catch { return nil }
        }
        return nil
    }

    /// A socket that only this user can reach.
    private static func listen() throws(DockerError) -> (listener: Int32, directory: String) {
        func failure(_ what: String) -> DockerError {
            DockerError(.unreachable, "cannot \(what) for connections by SSH: \(String(cString: strerror(errno)))")
        }
        var template = Array("\(getenv("TMPDIR").map { String(cString: $0) } ?? P_tmpdir)/berth-ssh-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw failure("make a directory") }
        let directory = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = Array("\(directory)/engine".utf8)
        let fits = path.count < MemoryLayout.size(ofValue: address.sun_path)
        withUnsafeMutableBytes(of: &address.sun_path) { if fits { $0.copyBytes(from: path) } }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
        }
        guard fits, listener >= 0, bound == 0, Glibc.listen(listener, 64) == 0 else {
            let error = failure(fits ? "listen" : "listen at so long a path")
            if listener >= 0 { close(listener) }
            rmdir(directory)
            throw error
        }
        return (listener, directory)
    }

    private static func accept(_ listener: Int32, _ destination: SSHDestination, _ connections: Connections) {
        defer { close(listener) }
        while true {
            let descriptor = cshims_accept(listener)
            if descriptor >= 0 {
                connections.serve(OwnedDescriptor(descriptor), destination)
                continue
            }
            switch -descriptor {
            case EINTR, ECONNABORTED: continue
            // Descriptors come back when others are done with theirs.
            case EMFILE, ENFILE, ENOMEM, ENOBUFS: usleep(100_000)
            default: return
            }
        }
    }

    /// The processes that run.
    private final class Connections: Sendable {
        private struct State {
            var tasks: [Int: Task<Void, Never>] = [:]
            var count = 0
            var hasEnded = false
            var failure: (at: ContinuousClock.Instant, words: String)?
        }

        private let state = Mutex(State())

        func serve(_ connection: OwnedDescriptor, _ destination: SSHDestination) {
            var command = ProcessCommand(destination.arguments, environment: destination.environment)
            command.connection = connection
            command.grace = .seconds(1)
            command.outputSizeMax = 16 << 10
            state.withLock { state in
                guard !state.hasEnded, state.tasks.count < SSHBridge.connectionsMax else {
                    state.failure = (.now, "there are \(SSHBridge.connectionsMax) connections by SSH already")
                    connection.close()
                    return
                }
                state.count += 1
                let number = state.count
                // Ends with its connection, or with the bridge.
                state.tasks[number] = Task { [command] in
                    let words = await Self.run(command)
                    self.ended(number, words)
                }
            }
        }

        /// What went wrong, if something did.
        private static func run(_ command: ProcessCommand) async -> String? {
            do {
                let result = try await command.run()
                if result.isSuccess { return nil }
                let words = String(decoding: result.errorOutput, as: UTF8.self).split(whereSeparator: \.isNewline).suffix(5)
                return words.isEmpty ? "ssh ended without a word (\(result.status))" : "ssh: \(words.joined(separator: "; "))"
            } catch {
                return error is CancellationError ? nil : "\(error)"
            }
        }

        private func ended(_ number: Int, _ words: String?) {
            state.withLock { state in
                state.tasks[number] = nil
                if let words { state.failure = (.now, words) }
            }
        }

        func failure(since start: ContinuousClock.Instant) -> String? {
            state.withLock { state in state.failure.flatMap { $0.at >= start ? $0.words : nil } }
        }

        func end() {
            let tasks = state.withLock { state in
                state.hasEnded = true
                return state.tasks.values
            }
            for task in tasks { task.cancel() }
        }
    }
}
