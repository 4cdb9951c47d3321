import JSON

/// Takes a stream apart into the JSON texts in its lines.
struct JSONLineSplitter {
    /// The most that one message may have.
    static let lineSizeMax = 4 << 20

    let request: String
    private var pending: [UInt8] = []

    init(request: String) { self.request = request }

    mutating func take(_ bytes: some Collection<UInt8>) throws(DockerError) -> [JSONValue] {
        var messages: [JSONValue] = []
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                if let message = try finish() { messages.append(message) }
            } else {
                pending.append(byte)
                guard pending.count <= Self.lineSizeMax else {
                    throw DockerError(
                        .invalidAnswer, "a message in the answer to \(request) is larger than \(Self.lineSizeMax >> 20) MiB",
                        request: request)
                }
            }
        }
        return messages
    }

    /// What stands behind the last line end.
    mutating func finish() throws(DockerError) -> JSONValue? {
        defer { pending = [] }
        let text = String(decoding: pending, as: UTF8.self)
        guard text.contains(where: { !$0.isWhitespace }) else { return nil }
        do {
            return try JSONValue(parsing: text)
        } catch {
            throw DockerError(.invalidAnswer, "a message in the answer to \(request) is no JSON: \(error)", request: request)
        }
    }
}
