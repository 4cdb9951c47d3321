package import JSON
package import NIOCore

/// A request to a Docker Engine.
package struct DockerRequest: Sendable {
    package enum Body: Sendable {
        case none
        case json(JSONValue)
        /// A tar archive.
        case archive(ByteBuffer)
        /// One that is made while it is sent. An error in it ends the request, and is what the request throws.
        case archiveParts(any AsyncSequence<ByteBuffer, any Error> & Sendable, sizeBytes: Int)
    }

    package var method: String
    /// Without the version: `/containers/create`. What comes from outside in it is encoded.
    package var path: String
    package var query: [(name: String, value: String)]
    package var headers: [String: String]
    package var body: Body
    /// How long the whole may take, until the last byte of the answer; nil for streams, which end with their task.
    package var timeoutSeconds: Int?
    /// Told how much of an archive has been taken off, as it is sent.
    package var onSent: (@Sendable (Int) -> Void)?

    package init(
        _ method: String, _ path: String, query: [(String, String)] = [], headers: [String: String] = [:], body: Body = .none,
        timeoutSeconds: Int? = 120
    ) {
        self.method = method
        self.path = path
        self.query = query.map { (name: $0.0, value: $0.1) }
        self.headers = headers
        self.body = body
        self.timeoutSeconds = timeoutSeconds
    }

    /// A name or identifier as a part of a path.
    static func part(_ name: String) -> String { name.percentEncoded(allowing: ":@") }

    /// A name of an image, which may have parts.
    static func image(_ name: String) -> String { name.percentEncoded(allowing: ":@/") }

    var text: String { "\(method) \(path)" }

    var target: String {
        guard !query.isEmpty else { return path }
        return path + "?"
            + query.map { "\($0.name.percentEncoded(allowing: ""))=\($0.value.percentEncoded(allowing: ""))" }.joined(separator: "&")
    }
}
