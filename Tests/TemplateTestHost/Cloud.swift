import Foundation

/// A backend kept in a directory, a file for each server, so that it survives whoever uses it.
package struct Cloud: Sendable {
    /// Something that a client asks of it.
    package struct Call: Sendable, Hashable {
        package enum Kind: String, Sendable { case create, start, read, update, delete, find }
        package var kind: Kind
        /// Of the server.
        package var name: String
        /// Whether it has been done.
        package var isOver: Bool

        package init(_ kind: Kind, _ name: String, isOver: Bool = false) {
            self.kind = kind
            self.name = name
            self.isOver = isOver
        }
    }

    /// One server.
    package struct Server: Sendable, Codable {
        package var id: String
        /// Of the operation that made it.
        package var key: String
        package var name: String
        package var isStarted: Bool
        /// JSON text of the attributes.
        package var attributes: String
    }

    package var directory: String
    /// Sees every call before and after it is done, and may make it fail, or take long.
    package var onCall: @Sendable (Call) async throws -> Void

    package init(directory: String, onCall: @escaping @Sendable (Call) async throws -> Void = { _ in }) {
        self.directory = directory
        self.onCall = onCall
    }

    package var servers: [Server] {
        get throws {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            return try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".json") }.sorted()
                .map { try JSONDecoder().decode(Server.self, from: Data(contentsOf: URL(fileURLWithPath: directory + "/" + $0))) }
        }
    }

    package func server(_ id: String) throws -> Server? { try servers.first { $0.id == id } }

    package func put(_ server: Server) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        try JSONEncoder().encode(server).write(to: url(server.id), options: .atomic)
    }

    /// No error if it is gone already.
    package func remove(_ id: String) throws {
        if FileManager.default.fileExists(atPath: url(id).path) { try FileManager.default.removeItem(at: url(id)) }
    }

    private func url(_ id: String) -> URL { URL(fileURLWithPath: "\(directory)/\(id).json") }

    /// Does something, seen by ``onCall``.
    func call<T>(_ kind: Call.Kind, _ name: String, _ body: () throws -> T) async throws -> T {
        try await onCall(Call(kind, name))
        let result = try body()
        try await onCall(Call(kind, name, isOver: true))
        return result
    }
}
