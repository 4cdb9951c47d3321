import DockerEngine
import HCL
import JSON
import ProviderKit

/// `data "docker_logs"`: what a container printed, line by line. The frames in which the engine sends it are always taken off.
struct LogsSource: DataSource {
    let backend: DockerBackend

    private static let sizeMax = 4 << 20

    var schema: Schema {
        func flag(_ fallback: Bool) -> AttributeSchema { .changeable(.bool, default: .bool(fallback)) }
        func text() -> AttributeSchema { .changeable(.string, default: .string("")) }
        return Schema(
            BlockSchema(attributes: [
                "id": .identifier, "name": .changeable(.string, .required), "logs_list_string": .computed(.list(.string)),
                "logs_list_string_enabled": flag(true), "discard_headers": flag(true), "show_stdout": flag(true), "show_stderr": flag(true),
                "since": text(), "until": text(), "timestamps": flag(false), "follow": flag(false), "tail": text(), "details": flag(false),
            ]))
    }

    func read(_ configuration: Value, _ operation: ProviderOperation) async throws -> Value {
        let name = configuration.string("name") ?? ""
        var bytes: [UInt8] = []
        if configuration.bool("logs_list_string_enabled") != false {
            bytes = try await backend.ask("read the log of the container \(name.goQuoted)", at: .attribute("name")) { client in
                let inspection = try await client.container(name)
                return try await output(of: name, isTerminal: inspection["Config"]?["Tty"]?.boolValue == true, configuration, client)
            }
        }
        var lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if lines.last == "" { lines.removeLast() }
        return configuration.setting(["id": .string(name), "logs_list_string": .strings(lines)])
    }

    private func output(of name: String, isTerminal: Bool, _ configuration: Value, _ client: DockerClient) async throws -> [UInt8] {
        var options = DockerClient.LogOptions()
        options.follows = configuration.bool("follow") == true
        options.output = configuration.bool("show_stdout") != false
        options.errors = configuration.bool("show_stderr") != false
        options.timestamps = configuration.bool("timestamps") == true
        options.details = configuration.bool("details") == true
        options.since = try LogMoment.seconds(configuration.string("since") ?? "", at: .attribute("since"))
        options.until = try LogMoment.seconds(configuration.string("until") ?? "", at: .attribute("until"))
        if let tail = configuration.json("tail")?.stringValue { options.tail = tail }
        var bytes: [UInt8] = []
        try await client.logs(name, options, isTerminal: isTerminal) { frame in
            guard bytes.count + frame.bytes.count <= Self.sizeMax else {
                throw DockerError(
                    .invalidAnswer, "the log has more than \(Self.sizeMax >> 20) MiB; take a part of it with \"tail\" or \"since\"")
            }
            bytes += frame.bytes
        }
        return bytes
    }
}
