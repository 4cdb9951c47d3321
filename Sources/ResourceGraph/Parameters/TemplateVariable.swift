package import JSON

/// A variable of a template, set by whoever imports it.
package struct TemplateVariable: Sendable, Hashable {
    /// Unique in the template.
    package var name: String
    /// Its type as the template's language spells it: `list(string)`.
    package var type: String
    /// Markdown.
    package var description: String
    /// Its value if nobody sets one; nil: none, or null.
    package var defaultValue: JSONValue?
    /// True if a value must be set.
    package var isRequired: Bool
    /// True if the value must not be shown.
    package var isSensitive: Bool

    /// A variable.
    package init(
        name: String, type: String = "string", description: String = "", defaultValue: JSONValue? = nil, isRequired: Bool = false,
        isSensitive: Bool = false
    ) {
        self.name = name
        self.type = type
        self.description = description
        self.defaultValue = defaultValue
        self.isRequired = isRequired
        self.isSensitive = isSensitive
    }

    init(_ reader: inout MemberReader) {
        self.init(
            name: reader.requiredString("name"), type: reader.string("type") ?? "string", description: reader.string("description") ?? "",
            defaultValue: reader.value("default"), isRequired: reader.bool("required") ?? false,
            isSensitive: reader.bool("sensitive") ?? false)
        reader.refuseOthers()
    }

    var json: JSONValue {
        let json: JSONValue = [
            "name": .string(name), "type": .string(type), "description": .string(description), "default": defaultValue ?? .null,
            "required": .bool(isRequired), "sensitive": .bool(isSensitive),
        ]
        return json.withoutNulls
    }
}
