/// One schema object, read. Immutable, so that schemas can share and refer to it.
final class JSONSchemaNode: Sendable {
    /// The keywords of a schema object.
    struct Keywords: Sendable {
        /// False for the schema `false`, which nothing fits.
        var isSatisfiable = true
        /// True with `writeOnly`: the value is not repeated in messages.
        var isSecret = false
        var types: [String] = []
        var enumeration: [JSONValue]?
        var properties: [String: JSONSchemaNode] = [:]
        var required: [String] = []
        var additionalProperties: JSONSchemaNode?
        var propertyNames: JSONSchemaNode?
        var minProperties: Int?
        var maxProperties: Int?
        var items: JSONSchemaNode?
        var minItems: Int?
        var maxItems: Int?
        var uniqueItems = false
        var minimum: JSONValue?
        var maximum: JSONValue?
        var exclusiveMinimum: JSONValue?
        var exclusiveMaximum: JSONValue?
        var multipleOf: JSONValue?
        var minLength: Int?
        var maxLength: Int?
        var pattern: String?
        var anyOf: [JSONSchemaNode] = []
        var oneOf: [JSONSchemaNode] = []
        var allOf: [JSONSchemaNode] = []
        var not: JSONSchemaNode?
        var reference: Reference?
    }

    /// Where a `$ref` leads.
    enum Reference: Sendable {
        case root
        case definition(String)
    }

    let keywords: Keywords

    init(_ keywords: Keywords) {
        self.keywords = keywords
    }
}
