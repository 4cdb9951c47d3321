import APITypes
package import HTTPTypes
import HummingbirdCore
package import NIOCore

/// What a handler answers.
package struct Answer: Sendable {
    /// What follows the head.
    package enum Body: Sendable {
        case empty
        case bytes(ByteBuffer)
        /// Written piece by piece; throwing cuts the answer off.
        case stream(@Sendable (inout StreamWriter) async throws -> Void)
    }

    /// Writes pieces.
    package struct StreamWriter {
        var out: any ResponseBodyWriter

        /// Writes a piece, and returns when there is room for the next.
        package mutating func write(_ bytes: ByteBuffer) async throws {
            try await out.write(bytes)
        }
    }

    package var status: HTTPResponse.Status
    package var headers: HTTPFields
    package var body: Body

    /// An answer.
    package init(status: HTTPResponse.Status = .ok, headers: HTTPFields = [:], body: Body = .empty) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// A model.
    package static func json(_ model: some Encodable, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]) throws -> Answer {
        let bytes = try APICoder.bytes(model)
        var headers = headers
        headers[.contentType] = "application/json; charset=utf-8"
        return Answer(status: status, headers: headers, body: .bytes(ByteBuffer(bytes: bytes)))
    }

    /// Text of a media type.
    package static func text(_ text: String, _ mediaType: String = "text/plain; charset=utf-8") -> Answer {
        Answer(headers: [.contentType: mediaType], body: .bytes(ByteBuffer(string: text)))
    }

    /// An error, in its words.
    package init(_ error: APIError) {
        do {
            self = try .json(error.response, status: error.status, headers: error.headers)
        } catch {
            // Two texts and a list of texts can always be written; if not, the status says enough.
            self.init(status: .internalServerError)
        }
    }
}
