/// A schema for JSON values: a subset of JSON Schema 2020-12 in which every keyword is either enforced or a known annotation.
///
/// Enforced: `type`, `enum`, `const`, `properties`, `required`, `additionalProperties`, `propertyNames`, `minProperties`,
/// `maxProperties`, `items`, `minItems`, `maxItems`, `uniqueItems`, `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum`,
/// `multipleOf`, `minLength`, `maxLength` (in Unicode code points), `pattern` (found anywhere in the text), `anyOf`, `oneOf`, `allOf`, `not`,
/// and `$ref` to `#` or to `#/$defs/NAME`, with `$defs` at the root.
/// Annotations: `title`, `description`, `default`, `examples`, `deprecated`, `readOnly`, `writeOnly`, `format`, `$schema`, `$id`,
/// `$comment`, and whatever begins with `x-`. Any other keyword is an error, so that no constraint is dropped unnoticed.
///
/// `writeOnly` marks a secret: its value is not repeated in issues.
public struct JSONSchema: Sendable, Hashable {
    /// The schema as it was written.
    public let value: JSONValue

    let root: JSONSchemaNode
    let definitions: [String: JSONSchemaNode]

    /// Reads a schema.
    ///
    /// - Throws: ``JSONSchemaError`` naming the place of the first fault: an unknown keyword, a value of the wrong type, a pattern
    ///   that is no regular expression, a reference to nothing.
    public init(_ value: JSONValue) throws(JSONSchemaError) {
        var reader = JSONSchemaReader()
        self.value = value
        root = try reader.read(value, .root)
        definitions = reader.definitions
        for (name, pointer) in reader.references where definitions[name] == nil {
            throw JSONSchemaError(pointer, "there is no definition \(JSONValue.string(name).serialized())")
        }
    }

    /// Everything in which `value` departs from the schema; empty if nothing.
    ///
    /// The work is bounded: a schema whose references lead nowhere, or whose alternatives multiply, ends in an issue that says so.
    /// At most 100 issues are given.
    public func validate(_ value: JSONValue) -> [JSONSchemaIssue] {
        var validator = JSONSchemaValidator(self)
        return validator.run(value)
    }

    /// By the document alone.
    public static func == (left: JSONSchema, right: JSONSchema) -> Bool {
        left.value == right.value
    }

    /// By the document alone.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(value)
    }
}
