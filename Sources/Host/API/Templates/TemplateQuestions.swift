import APITypes
import JSON
import Scalars

/// What a template asks, in the shapes of the API, from the document that its import left.
struct TemplateQuestions: Sendable {
    let document: JSONValue
    /// Of variables: name → {value, sensitive}.
    let given: JSONValue
    /// The version, of which presets get their identifiers.
    let version: UUID

    var parameters: [TemplateVersionParameter] {
        (document["parameters"]?.arrayValue ?? []).map { item in
            let text = { (name: String) -> String in item[name]?.stringValue ?? "" }
            let validation = item["validation"] ?? .null
            let options = (item["options"]?.arrayValue ?? []).map { option in
                TemplateVersionParameterOption(
                    name: option["name"]?.stringValue ?? "", description: option["description"]?.stringValue ?? "",
                    value: option["value"]?.stringValue ?? "", icon: option["icon"]?.stringValue ?? "")
            }
            return TemplateVersionParameter(
                name: text("name"), displayName: text("display_name"), description: text("description"),
                descriptionPlaintext: text("description"),
                type: item["type"]?.stringValue ?? "string", formType: item["form_type"]?.stringValue ?? "input",
                mutable: item["mutable"]?.boolValue ?? false, defaultValue: text("default"), icon: text("icon"), options: options,
                validationError: validation["error"]?.stringValue, validationRegex: validation["regex"]?.stringValue,
                validationMin: validation["min"]?.intValue, validationMax: validation["max"]?.intValue,
                validationMonotonic: validation["monotonic"]?.stringValue,
                required: item["required"]?.boolValue ?? false, ephemeral: item["ephemeral"]?.boolValue ?? false)
        }
    }

    /// Values of secrets are not shown.
    var variables: [TemplateVersionVariable] {
        (document["variables"]?.arrayValue ?? []).map { item in
            let name = item["name"]?.stringValue ?? ""
            let isSecret = item["sensitive"]?.boolValue ?? false
            let fallback = Self.text(item["default"])
            let value = given[name]?["value"].map { Self.text($0) } ?? fallback
            return TemplateVersionVariable(
                name: name, description: item["description"]?.stringValue ?? "", type: item["type"]?.stringValue ?? "string",
                value: isSecret ? "" : value, defaultValue: isSecret ? "" : fallback, required: item["required"]?.boolValue ?? false,
                sensitive: isSecret)
        }
    }

    var presets: [Preset] {
        (document["presets"]?.arrayValue ?? []).enumerated().map { index, item in
            Preset(
                id: Self.presetID(version, index), name: item["name"]?.stringValue ?? "",
                parameters: (item["parameters"]?.objectValue ?? [:]).sorted { $0.key < $1.key }.map {
                    PresetParameter(name: $0.key, value: $0.value.stringValue ?? "")
                },
                isDefault: item["default"]?.boolValue ?? false, description: item["description"]?.stringValue ?? "",
                icon: item["icon"]?.stringValue ?? "")
        }
    }

    /// The answers of a preset; nil if the version has none of this identifier.
    func answers(ofPreset id: UUID) -> [String: String]? {
        presets.first { $0.id == id }.map { Dictionary($0.parameters.map { ($0.name, $0.value) }) { first, _ in first } }
    }

    /// The same each time, without a row: the version's identifier with the place in its last bytes.
    private static func presetID(_ version: UUID, _ index: Int) -> UUID {
        var bytes = version.bytes
        bytes[14] ^= UInt8(truncatingIfNeeded: (index + 1) >> 8)
        bytes[15] ^= UInt8(truncatingIfNeeded: index + 1)
        return UUID(bytes: bytes) ?? version
    }

    private static func text(_ value: JSONValue?) -> String {
        switch value {
        case nil, .null: ""
        case .string(let text): text
        case let value?: value.serialized()
        }
    }
}
