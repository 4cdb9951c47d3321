import JSON
import TestSupport
import Testing

/// The `berth` executable, as a user runs it.
enum Berth {
    static func run(_ arguments: String..., environment: [String: String] = [:], directory: String? = nil) async throws -> RunResult {
        _ = try Package.plugin("sim")  // builds the plugins that the command looks for
        return try await TestSupport.run(Package.products + "/berth", arguments, environment: environment, directory: directory)
    }

    /// What a command printed as JSON.
    static func json(_ arguments: String..., environment: [String: String] = [:]) async throws -> JSONValue {
        let result = try await TestSupport.run(
            "/bin/sh", ["-c", #"exec "$0" "$@" 2>/dev/null"#, Package.products + "/berth"] + arguments, environment: environment)
        #expect(result.status == 0)
        return try JSONValue(parsing: result.output)
    }
}
