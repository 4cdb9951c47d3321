import Glibc
import JSON
import PluginKit

/// A pretended cloud: objects with an id, a name, labels and attributes, in one file.
///
/// It plays the part of a remote API. It outlives every process that uses it, each call happens wholly or not at all, two
/// processes may call at once, and the knobs of ``SimConfiguration`` make it slow, refuse calls, or do what was asked and
/// lose the answer.
struct SimBackend: Sendable {
    /// An object that exists.
    struct Object: Sendable {
        var id: String
        var name: String
        var kind: String
        var labels: [String: String]
        var attributes: [String: JSONValue]
    }

    /// What a remote API answers when it does not do what was asked.
    enum Refusal: Error {
        /// The answer never came: it was done or it was not.
        case noAnswer
        case nameTaken
    }

    let path: String
    let configuration: SimConfiguration
    let calls: SimCounter

    func create(name: String, kind: String, labels: [String: String], attributes: [String: JSONValue]) async throws -> Object {
        try await call("create \(name)") { world in
            if world.objects.values.contains(where: { $0.name == name }) { throw Refusal.nameTaken }
            world.serial += 1
            let object = Object(id: "sim-\(world.serial)", name: name, kind: kind, labels: labels, attributes: attributes)
            world.objects[object.id] = object
            return object
        }
    }

    func update(id: String, attributes: [String: JSONValue]) async throws {
        try await call("update \(id)") { $0.objects[id]?.attributes = attributes }
    }

    /// Deletes an object; one that is gone already is fine.
    func delete(id: String) async throws {
        try await call("delete \(id)") { $0.objects[id] = nil }
    }

    func object(id: String) async throws -> Object? {
        try await call("get \(id)") { $0.objects[id] }
    }

    func object(named name: String) async throws -> Object? {
        try await call("find \(name)") { world in world.objects.values.first { $0.name == name } }
    }

    /// Those that carry all of `labels`, by id.
    func objects(labelled labels: [String: String]) async throws -> [Object] {
        try await call("list") { world in
            world.objects.values.filter { object in labels.allSatisfy { object.labels[$0.key] == $0.value } }.sorted { $0.id < $1.id }
        }
    }

    private func call<T>(_ what: String, _ body: (inout World) throws -> T) async throws -> T {
        let number = calls.next()
        if configuration.latencyMilliseconds > 0 { try await Task.sleep(for: .milliseconds(Int64(configuration.latencyMilliseconds))) }
        if configuration.refusedCalls.contains(number) {
            throw Failure(
                .unavailable, code: "sim.unavailable", summary: "the simulated backend refuses call \(number), \(what), as configured")
        }
        let result = try World.change(path, body)
        if configuration.lostAnswers.contains(number) { throw Refusal.noAnswer }
        return result
    }
}

/// Everything that exists, and how it is kept.
private struct World {
    var serial = 0
    var objects: [String: SimBackend.Object] = [:]

    /// Reads the file, lets `body` change it, and writes it, while nobody else does.
    static func change<T>(_ path: String, _ body: (inout World) throws -> T) throws -> T {
        let lock = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0, flock(lock, LOCK_EX) == 0 else {
            throw Failure(
                .unavailable, code: "sim.backend", summary: "cannot open the simulated backend \(path)",
                detail: String(cString: strerror(errno)))
        }
        defer { close(lock) }
        var world = try World(path: path)
        let result = try body(&world)
        try world.write(to: path)
        return result
    }

    init(path: String) throws {
        guard let file = fopen(path, "re") else { return }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes.append(contentsOf: chunk[..<count]) }
        let json = try JSONValue(parsing: String(decoding: bytes, as: UTF8.self))
        serial = json["serial"]?.intValue ?? 0
        for (id, object) in json["objects"]?.objectValue ?? [:] {
            objects[id] = SimBackend.Object(
                id: id, name: object["name"]?.stringValue ?? "", kind: object["kind"]?.stringValue ?? "",
                labels: (object["labels"]?.objectValue ?? [:]).compactMapValues(\.stringValue),
                attributes: object["attributes"]?.objectValue ?? [:])
        }
    }

    func write(to path: String) throws {
        let json: JSONValue = [
            "serial": .integer(Int64(serial)),
            "objects": .object(
                objects.mapValues { object in
                    [
                        "name": .string(object.name), "kind": .string(object.kind),
                        "labels": .object(object.labels.mapValues { .string($0) }), "attributes": .object(object.attributes),
                    ]
                }),
        ]
        let bytes = Array(json.serialized().utf8)
        guard let file = fopen(path + ".new", "we") else {
            throw Failure(.unavailable, code: "sim.backend", summary: "cannot write the simulated backend \(path)")
        }
        let written = fwrite(bytes, 1, bytes.count, file)
        guard fclose(file) == 0, written == bytes.count, rename(path + ".new", path) == 0 else {
            throw Failure(.unavailable, code: "sim.backend", summary: "cannot write the simulated backend \(path)")
        }
    }
}
