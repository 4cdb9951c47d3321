import JSON
import PluginLoading

/// What a plugin is run with: from its manifest's section `conformance`, from options, or made up.
struct SampleData: Sendable {
    var configuration: JSONValue = [:]
    var inputs: JSONValue = Self.defaultInputs
    /// The template; absolute.
    var source: String?
    /// Whether every session has a backend of its own, because the configuration names its directory.
    var isPrivate = false

    /// What stands for the session's directory in texts of the sample.
    static let placeholder = "${TEMP}"

    init(manifest: PluginManifest?, options: ConformanceOptions.Sample) {
        if let manifest, let sample = manifest.conformance {
            configuration = sample["configuration"] ?? configuration
            inputs = sample["inputs"] ?? inputs
            source = sample["source"]?.stringValue.map { $0.hasPrefix("/") ? $0 : manifest.directory + "/" + $0 }
        }
        configuration = options.configuration ?? configuration
        inputs = options.inputs ?? inputs
        source = options.source ?? source
        isPrivate = configuration.serialized().contains(Self.placeholder)
    }

    /// The sample for one directory.
    func resolved(temporary: String) -> SampleData {
        var copy = self
        copy.configuration = Self.replace(configuration, temporary)
        copy.inputs = Self.replace(inputs, temporary)
        return copy
    }

    private static func replace(_ value: JSONValue, _ directory: String) -> JSONValue {
        switch value {
        case .string(let text): .string(text.split(separator: placeholder, omittingEmptySubsequences: false).joined(separator: directory))
        case .array(let elements): .array(elements.map { replace($0, directory) })
        case .object(let members): .object(members.mapValues { replace($0, directory) })
        default: value
        }
    }

    private static let defaultInputs: JSONValue = [
        "transition": "start",
        "deployment": ["id": "6f0d2b1c-0000-4000-8000-000000000001", "access_url": "https://berth.example.org"],
        "workspace": ["id": "6f0d2b1c-0000-4000-8000-000000000002", "name": "conformance"],
        "build": ["id": "6f0d2b1c-0000-4000-8000-000000000003", "number": 1],
        "owner": [
            "id": "6f0d2b1c-0000-4000-8000-000000000004", "name": "ada", "full_name": "Ada Example", "email": "ada@example.org",
            "groups": [],
        ],
        "template": ["id": "6f0d2b1c-0000-4000-8000-000000000005", "name": "conformance", "version": "1"],
        "variables": [:], "parameters": [:], "previous_parameters": [:], "external_auth": [:], "sensitive": [],
    ]
}

extension SampleData {
    /// The labels that a host puts on what an operation creates.
    func labels(operation: OperationID) -> [Label] {
        func text(_ object: String) -> String { inputs[object]?["id"]?.stringValue ?? "conformance" }
        return [
            Label(key: "berth.deployment", value: text("deployment")), Label(key: "berth.workspace", value: text("workspace")),
            Label(key: "berth.owner", value: text("owner")), Label(key: "berth.build", value: text("build")),
            Label(key: "berth.operation", value: operation.rawValue),
        ]
    }
}
