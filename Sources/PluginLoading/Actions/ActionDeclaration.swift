import JSON
package import PluginABI

/// The type of an action's parameter: `berth_type`.
package enum ActionType: UInt32, Sendable, CaseIterable {
    case i64 = 1
    case u64 = 2
    case f64 = 3
    case bool = 4
    case str = 5
    case bytes = 6
    case json = 7

    /// As a signature spells it.
    package var spelling: String {
        switch self {
        case .i64: "i64"
        case .u64: "u64"
        case .f64: "f64"
        case .bool: "bool"
        case .str: "str"
        case .bytes: "bytes"
        case .json: "json"
        }
    }
}

/// A parameter of an action, as declared.
package struct ActionParameter: Sendable {
    package var name: String
    package var type: ActionType
    package var summary: String
    /// JSON Schema text of the value; nil if any value will do.
    package var constraint: String?
    /// JSON text of the value that is used when the caller gives none; nil if the caller must.
    package var defaultValue: String?

    package init(name: String, type: ActionType, summary: String, constraint: String? = nil, defaultValue: String? = nil) {
        self.name = name
        self.type = type
        self.summary = summary
        self.constraint = constraint
        self.defaultValue = defaultValue
    }
}

/// A typed operation of a plugin's own, as declared: `berth_action` without its function.
package struct ActionDeclaration: Sendable {
    package var id: String
    package var title: String
    package var summary: String
    /// A resource type; nil for the workspace, `*` for the whole backend.
    package var appliesTo: String?
    package var flags: UInt32
    package var parameters: [ActionParameter]

    package var mutates: Bool { flags & UInt32(BERTH_ACTION_MUTATES) != 0 }
    package var isIdempotent: Bool { flags & UInt32(BERTH_ACTION_IDEMPOTENT) != 0 }
    package var isDangerous: Bool { flags & UInt32(BERTH_ACTION_DANGEROUS) != 0 }

    /// `restart(str,u64)`: what the plugin's own spelling must equal.
    package var signature: String { id + "(" + parameters.map(\.type.spelling).joined(separator: ",") + ")" }

    package init(
        id: String, title: String, summary: String, appliesTo: String?, flags: UInt32, parameters: [ActionParameter]
    ) {
        self.id = id
        self.title = title
        self.summary = summary
        self.appliesTo = appliesTo
        self.flags = flags
        self.parameters = parameters
    }

    /// Reads a declaration out of a plugin's memory and checks all of it.
    package init(reading action: berth_action) throws(BorderError) {
        id = try readRequiredText(action.id, "action id", limit: 64)
        guard PluginNames.isName(id) else { throw BorderError("action id \"\(id)\" may hold a to z, 0 to 9 and '-' only") }
        title = try readRequiredText(action.title, "action \(id): title", limit: 200)
        summary = try readText(action.doc, "action \(id): doc", limit: 4000) ?? ""
        appliesTo = try readText(action.applies_to, "action \(id): applies_to", limit: 200)
        flags = action.flags
        parameters = []
        for pointer in try readArray(action.params, of: berth_param.self, "action \(id): params", limit: Int(BERTH_PARAMS_MAX)) {
            let parameter = try ActionParameter(reading: pointer, action: id)
            guard !parameters.contains(where: { $0.name == parameter.name }) else {
                throw BorderError("action \(id): parameter \"\(parameter.name)\" is declared twice")
            }
            parameters.append(parameter)
        }
        let spelled = try readRequiredText(action.signature, "action \(id): signature", limit: 400)
        guard spelled == signature else {
            throw BorderError("action \(id): signature is \"\(spelled)\", but id and params spell \"\(signature)\"")
        }
        guard action.entry != nil else { throw BorderError("action \(id): entry is NULL") }
    }
}

extension ActionParameter {
    fileprivate init(reading pointer: UnsafePointer<berth_param>, action: String) throws(BorderError) {
        let raw = try readStruct(pointer, "action \(action): param") { $0.size }
        name = try readRequiredText(raw.name, "action \(action): param name", limit: 64)
        guard PluginNames.isName(name) else {
            throw BorderError("action \(action): parameter \"\(name)\" may hold a to z, 0 to 9 and '-' only")
        }
        guard let type = ActionType(rawValue: raw.type) else {
            throw BorderError("action \(action): parameter \"\(name)\" has unknown type \(raw.type)")
        }
        self.type = type
        summary = try readText(raw.doc, "action \(action): param doc", limit: 4000) ?? ""
        constraint = try readText(raw.constraint_json, "action \(action): param constraint_json", limit: 65536)
        defaultValue = try readText(raw.default_json, "action \(action): param default_json", limit: 65536)
        do {
            if let constraint { _ = try JSONSchema(JSONValue(parsing: constraint)) }
            if let defaultValue { _ = try argument(for: JSONValue(parsing: defaultValue)) }
        } catch {
            throw BorderError("action \(action): parameter \"\(name)\": \(error)")
        }
    }
}
