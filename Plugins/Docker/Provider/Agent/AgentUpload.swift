import DockerEngine
import HCL
import JSON
import NIOCore
import ProviderKit

/// Puts the agent into a container that was made and not started, so that its image needs no program that fetches it.
///
/// Where that cannot be, the log says why, and the agent's own script has to fetch it. An executable that is not the one that was
/// promised is an error.
struct AgentUpload {
    let backend: DockerBackend
    let operation: ProviderOperation
    let planned: Value
    let delivery: AgentDelivery
    /// What the engine says of the image.
    let image: JSONValue

    private var name: String { planned.string("name") ?? "" }

    /// The same for a container of the template that starts an agent; nil for others, and if nobody wants agents delivered.
    init?(_ backend: DockerBackend, _ operation: ProviderOperation, _ planned: Value, image: JSONValue) {
        guard let delivery = operation.environment.agents, planned.startsAgent else { return nil }
        (self.backend, self.operation, self.planned, self.delivery, self.image) = (backend, operation, planned, delivery, image)
    }

    func run(_ id: String) async throws {
        do {
            try await put(id)
        } catch let obstacle as Obstacle {
            operation.log("the agent is not put into the container \(name): \(obstacle.reason); its script has to fetch it")
        } catch let error as CheckedFileError where error.isMismatch {
            throw ProviderError(
                "The agent's executable was changed",
                "\(error). The container \(name.goQuoted) was not started with it. Install the server's files again.")
        } catch let error as CheckedFileError {
            operation.log("the agent is not put into the container \(name): \(error); its script has to fetch it")
        }
    }

    private struct Obstacle: Error { var reason: String }

    private func put(_ id: String) async throws {
        let (os, arch) = (image["Os"]?.stringValue ?? "", Self.architecture(image))
        guard let executable = delivery.executable(os: os, arch: arch) else {
            throw Obstacle(reason: "the server has none for \(os)/\(arch)")
        }
        guard planned.bool("read_only") != true else { throw Obstacle(reason: "its files are read-only (read_only)") }
        let title = "put the agent into the container \(name.goQuoted)"
        let inspection = try await backend.ask(title) { try await $0.container(id) }
        if let mount = Self.mount(over: AgentDelivery.directory, inspection) {
            // What is mounted may be shared with others, and stays when the container goes.
            throw Obstacle(reason: "something is mounted at \(mount)")
        }
        let file = try await CheckedFile(executable.path, sha256: executable.sha256)
        let parts = AgentDelivery.directory.split(separator: "/").map(String.init)
        do {
            try await backend.client().putAgent(file, into: id, under: parts, isThere: try await hasDirectory(parts.first ?? "", id))
        } catch let error as DockerError {
            guard case .refused(let status) = error.code, (400..<500).contains(status) else { throw ProviderError(error, title) }
            throw Obstacle(reason: error.message)
        }
    }

    private func hasDirectory(_ name: String, _ id: String) async throws -> Bool {
        do {
            return try await backend.client().hasPath("/\(name)/.", in: id)
        } catch let error as DockerError {
            // The engine has no words for a file that is taken for a directory.
            guard case .refused = error.code else { throw error }
            throw Obstacle(reason: "its image has something else than a directory at /\(name)")
        }
    }

    /// As `coder_agent` names it.
    private static func architecture(_ image: JSONValue) -> String {
        let name = image["Architecture"]?.stringValue ?? ""
        guard name == "arm" else { return name }
        return "arm" + (image["Variant"]?.filled ?? "v7")
    }

    /// Where something is mounted that hides a directory, or is in it.
    private static func mount(over directory: String, _ inspection: JSONValue) -> String? {
        let mounts = (inspection["Mounts"]?.arrayValue ?? []).compactMap { $0["Destination"]?.stringValue }
        let places = mounts + (inspection["HostConfig"]?["Tmpfs"]?.objectValue ?? [:]).keys.sorted()
        return places.first { place in
            let path = place.hasSuffix("/") ? String(place.dropLast()) : place
            return directory == path || directory.hasPrefix(path + "/") || path.hasPrefix(directory + "/")
        }
    }
}

extension Value {
    /// Whether a container starts an agent: it has what one is known by.
    var startsAgent: Bool {
        (strings("env") ?? []).contains { variable in
            AgentDelivery.tokenVariables.contains { variable.hasPrefix("\($0)=") && variable.utf8.count > $0.utf8.count + 1 }
        }
    }
}

extension DockerClient {
    /// Puts a file as ``AgentDelivery/name`` into a directory, which is made where it is missing, and its other name beside it.
    ///
    /// - Parameters:
    ///   - directory: names from the root.
    ///   - isThere: whether the first of them exists. An entry for it would change its owner and mode.
    fileprivate func putAgent(_ file: CheckedFile, into id: String, under directory: [String], isThere: Bool) async throws {
        let base = directory.first ?? ""
        var archive = TarArchive()
        for count in (isThere ? 2 : 1)...directory.count {
            archive.addDirectory(directory[(isThere ? 1 : 0)..<count].joined(separator: "/"))
        }
        let place = directory[(isThere ? 1 : 0)...].joined(separator: "/")
        archive.addLink("\(place)/coder", to: AgentDelivery.name)
        archive.addHead(ofFile: "\(place)/\(AgentDelivery.name)", mode: 0o755, sizeBytes: file.sizeBytes)
        let (head, end) = (archive.unfinished, TarArchive.end(afterFileOf: file.sizeBytes))
        try await putArchive(
            AgentArchive(head: head, file: file, end: end), sizeBytes: head.readableBytes + file.sizeBytes + end.readableBytes, in: id,
            at: isThere ? "/\(base)" : "/")
    }
}

/// An archive around a file.
private struct AgentArchive: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    typealias Failure = any Error

    let head: ByteBuffer
    let file: CheckedFile
    let end: ByteBuffer

    struct AsyncIterator: AsyncIteratorProtocol {
        var head: ByteBuffer?
        var file: CheckedFile.AsyncIterator
        var end: ByteBuffer?

        mutating func next() async throws -> ByteBuffer? {
            if let part = head.take() { return part }
            if let part = try await file.next() { return part }
            return end.take()
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(head: head, file: file.makeAsyncIterator(), end: end) }
}
