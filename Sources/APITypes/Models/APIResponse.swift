/// What is said where there is nothing else to say, and what every error is.
package struct APIResponse: Codable, Sendable, Hashable {
    /// A sentence for people.
    package var message: String
    /// More of it, for those who look closer.
    package var detail: String?
    /// What is wrong with which field of the request.
    package var validations: [ValidationError]?

    /// A message.
    package init(_ message: String, detail: String? = nil, validations: [ValidationError]? = nil) {
        self.message = message
        self.detail = detail
        self.validations = validations
    }
}

/// What is wrong with one field.
package struct ValidationError: Codable, Sendable, Hashable {
    /// In snake case, with dots: `options.0.name`.
    package var field: String
    /// `is required`.
    package var detail: String

    /// What is wrong with a field.
    package init(field: String, detail: String) {
        self.field = field
        self.detail = detail
    }
}
