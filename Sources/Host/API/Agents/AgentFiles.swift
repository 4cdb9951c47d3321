import Glibc
import HTTPTypes
import HostAccess
import NIOCore

/// The agents that the server hands out: `linux-amd64/berth-agent` below a directory, by the names that scripts ask for.
package final class AgentFiles: Sendable {
    /// An agent for one kind of machine.
    package struct File: Sendable {
        package var arch: String
        package var path: String
        /// Lower-case hexadecimal.
        package var sha256: String
        fileprivate var bytes: ByteBuffer
    }

    /// Those that are there, read once.
    package let files: [File]

    static let sizeMaxBytes = 256 << 20

    /// - Parameter directory: where `scripts/build-agent` leaves them.
    package init(directory: String) {
        files = ["amd64", "arm64"].compactMap { arch in
            let path = "\(directory)/linux-\(arch)/berth-agent"
            guard let bytes = Self.read(path) else { return nil }
            let sum = APIKeyToken.sha256(Array(bytes.readableBytesView)).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
            return File(arch: arch, path: path, sha256: sum, bytes: bytes)
        }
    }

    /// `GET` of `berth-agent-linux-amd64`, `coder-linux-amd64`, and the same with `.sha256`.
    func route(_ path: String) -> Route {
        Route(
            method: .get, path: path, tag: "Berth agents", summary: "The agent for a kind of machine, or its SHA-256", permission: .anybody,
            content: .media("application/octet-stream")
        ) { [self] scope in try answer(scope) }.with { $0.timeLimit = .seconds(600) }
    }

    private func answer(_ scope: RequestScope) throws -> Answer {
        var name = scope.text("file")[...]
        let wantsHash = name.hasSuffix(".sha256")
        if wantsHash { name = name.dropLast(7) }
        let prefixes = ["berth-agent-linux-", "coder-linux-"]
        guard let prefix = prefixes.first(where: { name.hasPrefix($0) }) else { throw APIError(.notFound, "There is no such file.") }
        let arch = name.dropFirst(prefix.count)
        guard let file = files.first(where: { $0.arch == arch }) else {
            throw APIError(
                .notFound, "This server has no agent for linux-\(arch.prefix(32)).",
                detail: "It looks for linux-\(arch.prefix(32))/berth-agent in the directory of its setting --agent-dir.")
        }
        if wantsHash { return .text(file.sha256 + "\n") }
        let tag = "\"\(file.sha256)\""
        if scope.headers[.ifNoneMatch] == tag { return Answer(status: .notModified, headers: [.eTag: tag]) }
        return Answer(
            headers: [.contentType: "application/octet-stream", .eTag: tag, .cacheControl: "no-cache"], body: .bytes(file.bytes))
    }

    private static func read(_ path: String) -> ByteBuffer? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= sizeMaxBytes else { return nil }
        var buffer = ByteBufferAllocator().buffer(capacity: Int(status.st_size))
        while true {
            let count = buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: 1 << 16) { max(0, Glibc.read(descriptor, $0.baseAddress, $0.count)) }
            if count == 0 { break }
        }
        return buffer.readableBytes == Int(status.st_size) ? buffer : nil
    }
}
