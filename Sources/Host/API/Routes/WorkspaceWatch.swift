import APITypes
import HTTPTypes
import HostAccess
import HostStore
import NIOCore
import Postgres
import Scalars

/// A workspace as it changes: the whole of it each time.
struct WorkspaceWatch: Sendable {
    let services: Services
    /// How often the database is asked whether something changed.
    static let interval: Duration = .seconds(1)
    /// After this many times without a change something is said, so that nobody on the way thinks the connection dead.
    private static let quietMax = 15

    /// A message.
    struct Event: Codable, Sendable {
        var type: EventType
        var data: AnyJSON?
    }

    /// Its kind.
    enum EventType: String, APIEnum {
        case ping, data, error
    }

    func socket(_ path: String, _ tag: String) -> Route {
        Route(
            method: .get, path: path, tag: tag, summary: "Watch a workspace over a WebSocket", permission: .may(.read, .workspace),
            content: .json(Event.self),
            handler: { scope in
                _ = try await WorkspaceRows.named(scope, .read, services.store.pool)
                throw APIError(.upgradeRequired, "A workspace is watched over a WebSocket.", headers: [.upgrade: "websocket"])
            },
            upgrade: { scope in
                let id = try await WorkspaceRows.named(scope, .read, services.store.pool).id
                let actor = try scope.actor()
                return .messages { socket in try await watch(id, actor) { try await socket.send(json: $0) } }
            })
    }

    func events(_ path: String, _ tag: String) -> Route {
        Route(
            method: .get, path: path, tag: tag, summary: "Watch a workspace by server-sent events", permission: .may(.read, .workspace),
            content: .media("text/event-stream")
        ) { scope in
            let id = try await WorkspaceRows.named(scope, .read, services.store.pool).id
            let actor = try scope.actor()
            return Answer(
                headers: [.contentType: "text/event-stream"],
                body: .stream { writer in
                    // The events come one after another; a slow reader makes the watching wait.
                    var last: [UInt8] = []
                    var quiet = 0
                    while let bytes = try await current(id, actor) {
                        quiet = bytes == last ? quiet + 1 : 0
                        if bytes != last {
                            try await writer.write(ByteBuffer(string: "event: data\ndata: \(String(decoding: bytes, as: UTF8.self))\n\n"))
                        } else if quiet % Self.quietMax == 0 {
                            try await writer.write(ByteBuffer(string: "event: ping\n\n"))
                        }
                        last = bytes
                        try await Task.sleep(for: Self.interval)
                    }
                })
        }.with { $0.timeLimit = nil }
    }

    private func watch(_ id: UUID, _ actor: HostAccess.Actor, _ send: (Event) async throws -> Void) async throws {
        var last: [UInt8] = []
        var quiet = 0
        while let workspace = try await find(id, actor) {
            let bytes = try APICoder.bytes(workspace)
            quiet = bytes == last ? quiet + 1 : 0
            if bytes != last {
                try await send(Event(type: .data, data: AnyJSON(try APICoder.encode(workspace))))
            } else if quiet % Self.quietMax == 0 {
                try await send(Event(type: .ping))
            }
            last = bytes
            try await Task.sleep(for: Self.interval)
        }
    }

    private func current(_ id: UUID, _ actor: HostAccess.Actor) async throws -> [UInt8]? {
        try await find(id, actor).map { try APICoder.bytes($0) }
    }

    /// Nil once it is gone, which ends the watching.
    private func find(_ id: UUID, _ actor: HostAccess.Actor) async throws -> Workspace? {
        try await WorkspaceRows.find("w.id = \(id) and not w.deleted", viewer: actor.id, services.store.pool).first
    }
}
