import HCL
import ProviderKit

/// `terraform_remote_state`: the outputs of another template, from its state file.
///
/// Of the backends there is `local`. A template of Berth has its state in Berth, so the file is one of another tool, or a state
/// that was exported.
struct RemoteState: DataSource {
    var schema: Schema {
        Schema(
            BlockSchema(attributes: [
                "backend": AttributeSchema(.string, .required, "The remote backend to use: `local`."),
                "config": AttributeSchema(.dynamic, .optional, "The configuration of the remote backend."),
                "defaults": AttributeSchema(
                    .dynamic, .optional, "Default values for outputs, in case the state file is empty or lacks a required output."),
                "outputs": AttributeSchema(
                    .dynamic, .computed, "An object containing every root-level output in the remote state."),
                "workspace": AttributeSchema(
                    .string, .optional, "The Terraform workspace to use, if the backend supports workspaces."),
            ]))
    }

    func validate(_ configuration: Value) -> [ProviderFinding] {
        guard let backend = configuration.string("backend") else { return [] }
        if backend != "local" {
            let problem =
                Self.backends.contains(backend)
                ? "The backend \"\(backend)\" is not supported by this engine; \"local\" is."
                : "There is no backend type named \"\(backend)\"."
            return [ProviderFinding(.error, "Invalid backend configuration", problem, at: .attribute("backend"))]
        }
        let defaults = configuration[attribute: "defaults"]
        var findings = Self.findings(configuration[attribute: "config"])
        if defaults.isKnown, !defaults.isNull, defaults.members == nil {
            findings.append(
                ProviderFinding(.error, "Invalid default values", "Defaults must be given in an object value.", at: .attribute("defaults")))
        }
        return findings
    }

    func read(_ configuration: Value, _ operation: ProviderOperation) async throws -> Value {
        let path = file(configuration, in: operation.environment.directory)
        var outputs = configuration[attribute: "defaults"].members ?? [:]
        guard let bytes = try await LocalFile.read(path, sizeMax: Self.sizeMax) else {
            throw ProviderError(
                "Unable to find remote state", "No stored state was found for the given workspace in the given backend.")
        }
        do throws(JSONDecodingError) {
            let state = try Value.jsonDecoded(String(decoding: bytes, as: UTF8.self))
            for (name, output) in state[attribute: "outputs"].members ?? [:] { outputs[name] = try value(of: output) }
        } catch {
            throw ProviderError("Error loading state error", "error loading the remote state: \(path): \(error)", at: .attribute("backend"))
        }
        return configuration.setting(["outputs": .object(outputs)])
    }

    /// What is wrong with the configuration of the backend.
    private static func findings(_ config: Value) -> [ProviderFinding] {
        guard config.isKnown, !config.isNull else { return [] }
        func invalid(_ reason: String) -> [ProviderFinding] {
            let detail = "The given configuration is not valid for backend \"local\": \(reason)."
            return [ProviderFinding(.error, "Invalid backend configuration", detail, at: .attribute("config"))]
        }
        guard config.type.isObject || config.type.isMap else { return invalid("an object is required") }
        let names = ["path", "workspace_dir"]
        if let name = config.sortedMembers.map(\.0).first(where: { !names.contains($0) }) {
            return invalid("unexpected attribute \(name.goQuoted)")
        }
        for name in names where !config[attribute: name].type.conversionExists(to: .string) {
            return invalid(".\(name): string required")
        }
        for (name, what) in [("path", "state file"), ("workspace_dir", "workspace directory")] where config.string(name) == "" {
            return [
                ProviderFinding(.error, "Invalid local \(what) path", "The \"\(name)\" attribute value must not be empty.")
            ]
        }
        return []
    }

    /// Of a state file.
    private static let sizeMax = 64 << 20

    /// Those that Terraform has.
    private static let backends: Set = [
        "azurerm", "consul", "cos", "gcs", "http", "inmem", "kubernetes", "local", "oci", "oss", "pg", "remote", "s3",
    ]

    /// Where the state of the chosen workspace is.
    private func file(_ configuration: Value, in directory: String) -> String {
        let config = configuration[attribute: "config"]
        let workspace = configuration.string("workspace") ?? "default"
        let path =
            workspace == "default"
            ? config.string("path") ?? "terraform.tfstate"
            : (config.string("workspace_dir") ?? "terraform.tfstate.d") + "/\(workspace)/terraform.tfstate"
        return LocalFile.path(path, in: directory)
    }

    /// The value of an output as a state file has it: along with its type.
    private func value(of output: Value) throws(JSONDecodingError) -> Value {
        let wrapped = Value.object(["value": output[attribute: "value"], "type": output[attribute: "type"]])
        let text: String
        do throws(JSONEncodingError) {
            text = try wrapped.jsonEncoded()
        } catch {
            throw JSONDecodingError(message: error.message)
        }
        return try Value.jsonDecoded(text, as: .dynamic)
    }
}
