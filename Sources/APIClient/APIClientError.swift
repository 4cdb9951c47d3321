package import APITypes

/// Why a request to a server did not give what was asked for.
package struct APIClientError: Error, Sendable, CustomStringConvertible {
    /// A kind of fault. New ones may be added.
    package struct Code: RawRepresentable, Sendable, Hashable {
        /// The name, for programs.
        package let rawValue: String

        /// A code by its name.
        package init(rawValue: String) {
            self.rawValue = rawValue
        }

        /// The server answered with an error; ``APIClientError/response`` has its words.
        package static let refused = Code(rawValue: "refused")
        /// There was no answer.
        package static let unreachable = Code(rawValue: "unreachable")
        /// The answer is none that this client understands.
        package static let unexpected = Code(rawValue: "unexpected")
        /// The URL or an option is wrong.
        package static let invalid = Code(rawValue: "invalid")
    }

    package let code: Code
    /// What was asked: `GET https://…/api/v2/users/me`.
    package let request: String
    /// Of the answer; nil if there was none.
    package let status: Int?
    /// The server's words.
    package let response: APIResponse

    init(_ code: Code, _ request: String, status: Int? = nil, _ response: APIResponse) {
        self.code = code
        self.request = request
        self.status = status
        self.response = response
    }

    init(_ code: Code, _ request: String, _ message: String) {
        self.init(code, request, APIResponse(message))
    }

    /// What happened, in the server's words, and what to do.
    package var description: String {
        var lines = [response.message]
        if let detail = response.detail, !detail.isEmpty { lines.append(detail) }
        lines += (response.validations ?? []).map { "\($0.field) \($0.detail)" }
        switch (code, status) {
        case (_, 401): lines.append("Sign in with: berth login")
        case (.refused, _): lines.append("(\(request): status \(status ?? 0))")
        default: lines.append("(\(request))")
        }
        return lines.joined(separator: "\n")
    }
}
