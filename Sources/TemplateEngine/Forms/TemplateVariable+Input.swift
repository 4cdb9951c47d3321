package import HCL
import JSON
package import ResourceGraph

extension TemplateVariable {
    /// A variable of the root module as whoever imports the template is asked for it.
    package init(_ input: InputVariable, description: String = "") {
        self.init(
            name: input.name, type: input.type.typeExpression, description: description,
            defaultValue: input.isSensitive ? nil : input.fallback.flatMap { Self.json($0) }, isRequired: input.fallback == nil,
            isSensitive: input.isSensitive)
    }

    /// Nil for what JSON cannot say: a null, an infinite number. A form shows no default then; a build has it all the same.
    private static func json(_ value: Value) -> JSONValue? {
        guard !value.isNull, let text = try? value.jsonEncoded() else { return nil }
        return try? JSONValue(parsing: text)
    }
}
