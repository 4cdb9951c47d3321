import Glibc
import JSON
import PluginKit

/// `sim.json` of a template: what a workspace is made of.
///
///     { "resources": [ { "name": "home", "kind": "disk", "attributes": { "size": 10 } },
///                      { "name": "dev", "kind": "machine", "depends_on": [ "home" ] } ],
///       "agent": { "on": "dev" }, "parameters": [ … ], "log_lines": 0 }
///
/// Machines exist only while the workspace is started; everything else stays until it is deleted.
struct SimTemplate: Sendable {
    struct Item: Sendable {
        var name: String
        var kind: String
        var attributes: [String: JSONValue]
        /// Addresses.
        var dependencies: [String]

        var address: String { "sim_\(kind).\(name)" }
    }

    var items: [Item]
    /// The address of the resource that the agent runs on.
    var agentHost: String?
    var parameters: [JSONValue]
    var logLines: Int

    /// - Throws: ``Failure`` that names the file and what is wrong with it.
    init(directory: String?) throws {
        guard let directory else { throw Failure(.invalidArgument, code: "sim.template", summary: "there is no template") }
        let path = directory + "/sim.json"
        let json: JSONValue
        do { json = try JSONValue(parsing: try Self.text(of: path)) } catch let error as JSONError {
            throw Self.failure("sim.json is not JSON: \(error)")
        }
        items = []
        for item in json["resources"]?.arrayValue ?? [] {
            guard let name = item["name"]?.stringValue, !name.isEmpty, let kind = item["kind"]?.stringValue, !kind.isEmpty else {
                throw Self.failure("every resource needs a \"name\" and a \"kind\"")
            }
            var dependencies: [String] = []
            for dependency in (item["depends_on"]?.arrayValue ?? []).compactMap(\.stringValue) {
                guard let target = items.first(where: { $0.name == dependency }) else {
                    throw Self.failure("\"\(name)\" depends on \"\(dependency)\", which does not come before it")
                }
                dependencies.append(target.address)
            }
            guard !items.contains(where: { $0.name == name }) else { throw Self.failure("two resources are named \"\(name)\"") }
            items.append(
                Item(name: name, kind: kind, attributes: item["attributes"]?.objectValue ?? [:], dependencies: dependencies))
        }
        if let name = json["agent"]?["on"]?.stringValue {
            guard let target = items.first(where: { $0.name == name }) else {
                throw Self.failure("the agent runs on \"\(name)\", which is not in the template")
            }
            agentHost = target.address
        }
        parameters = json["parameters"]?.arrayValue ?? []
        logLines = json["log_lines"]?.intValue ?? 0
    }

    private static func failure(_ summary: String) -> Failure {
        var failure = Failure(.invalidArgument, code: "sim.template", summary: summary, detail: "Correct sim.json.")
        failure.diagnostic?.sourcePath = "sim.json"
        return failure
    }

    private static func text(of path: String) throws -> String {
        guard let file = fopen(path, "re") else { throw failure("sim.json cannot be read: \(String(cString: strerror(errno)))") }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 14)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 {
            bytes.append(contentsOf: chunk[..<count])
            guard bytes.count <= 1 << 20 else { throw failure("sim.json has more than 1 MiB") }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
