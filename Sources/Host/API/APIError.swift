package import APITypes
package import HTTPTypes

/// An answer that is not what was asked for: a status, and the words for it.
package struct APIError: Error, Sendable, CustomStringConvertible {
    /// Of the answer.
    package var status: HTTPResponse.Status
    /// Its body.
    package var response: APIResponse
    /// Further header fields of the answer.
    package var headers: HTTPFields

    /// An error with these words.
    package init(
        _ status: HTTPResponse.Status, _ message: String, detail: String? = nil, validations: [ValidationError]? = nil,
        headers: HTTPFields = [:]
    ) {
        self.status = status
        response = APIResponse(message, detail: detail, validations: validations)
        self.headers = headers
    }

    /// Status and message.
    package var description: String { "\(status.code): \(response.message)" + (response.detail.map { ": \($0)" } ?? "") }

    /// What does not exist, or must not be known to exist; the two cannot be told apart.
    package static let notFound = APIError(.notFound, "Resource not found or you do not have access to this resource.")
    /// Known to exist, and not for this user.
    package static let forbidden = APIError(.forbidden, "You do not have permission to do this.")
    /// No key, or none that is good.
    package static func unauthorized(_ detail: String) -> APIError {
        APIError(.unauthorized, "You are signed out or your session has expired. Please sign in again to continue.", detail: detail)
    }
    /// Something is wrong with these fields.
    package static func invalid(_ validations: ValidationError...) -> APIError {
        APIError(.badRequest, "Validation failed.", validations: validations)
    }
    /// Something is wrong with this field.
    package static func invalid(_ field: String, _ detail: String) -> APIError {
        .invalid(ValidationError(field: field, detail: detail))
    }
    /// It works again later.
    package static func unavailable(_ detail: String) -> APIError {
        APIError(.serviceUnavailable, "The server cannot do this just now. Try again in a moment.", detail: detail, headers: [.retryAfter: "2"])
    }
}
