import JSON

/// Why a request to a server did not succeed.
package struct APIError: Error, Sendable, CustomStringConvertible {
    /// What is wrong with one field of what was sent.
    package struct Validation: Sendable, Equatable {
        package var field: String
        package var detail: String
    }

    /// The status of the answer; 0 if there was none.
    package var status: Int
    /// The server's own words, or ours if it did not answer.
    package var message: String
    package var detail: String
    package var validations: [Validation]
    /// The request: `GET /api/v2/users/me`.
    package var request: String

    package init(status: Int, message: String, detail: String = "", validations: [Validation] = [], request: String) {
        self.status = status
        self.message = message
        self.detail = detail
        self.validations = validations
        self.request = request
    }

    /// Of an answer that is no success: `{message, detail, validations}`, or whatever a proxy between us says.
    init(status: Int, body: [UInt8], request: String) {
        // A page of a proxy is no JSON; then its status is all there is to say.
        let answer = try? body.withUnsafeBytes { bytes throws(JSONError) in try JSONValue(parsing: bytes) }
        self.init(
            status: status, message: answer?["message"]?.stringValue ?? Self.words(status), detail: answer?["detail"]?.stringValue ?? "",
            validations: (answer?["validations"]?.arrayValue ?? []).map {
                Validation(field: $0["field"]?.stringValue ?? "", detail: $0["detail"]?.stringValue ?? "")
            }, request: request)
    }

    private static func words(_ status: Int) -> String {
        switch status {
        case 502, 503, 504: "the server is not available (status \(status)); try again"
        case 404: "there is no such thing on this server (status 404)"
        default: "the answer has status \(status) and is not one of a Berth server"
        }
    }

    package var description: String {
        var text = message
        if !detail.isEmpty, detail != message { text += "\n  \(detail)" }
        for validation in validations { text += "\n  \(validation.field): \(validation.detail)" }
        return text
    }
}
