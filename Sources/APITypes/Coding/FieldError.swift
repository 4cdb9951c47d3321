/// What is wrong with one field of a message.
package struct FieldError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where, as `options.0.name`; empty for the whole.
    package let field: String
    /// What is wrong there: `is required`.
    package let detail: String

    /// An error at a field.
    package init(_ field: String, _ detail: String) {
        self.field = field
        self.detail = detail
    }

    init(_ path: [any CodingKey], _ detail: String) {
        self.init(path.map { $0.intValue.map(String.init) ?? SnakeCase.name($0.stringValue) }.joined(separator: "."), detail)
    }

    /// Field and detail.
    package var description: String { field.isEmpty ? detail : "\(field) \(detail)" }
}
