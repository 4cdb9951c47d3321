import DockerEngine

/// What a container printed.
struct ContainerOutput {
    private static let sizeMax = 4 << 20
    private static let excerptLines = 20

    let backend: DockerBackend
    let id: String
    let isTerminal: Bool

    func text(_ client: DockerClient, _ options: DockerClient.LogOptions) async throws -> String {
        var bytes: [UInt8] = []
        try await client.logs(id, options, isTerminal: isTerminal) { frame in
            guard bytes.count + frame.bytes.count <= Self.sizeMax else {
                throw DockerError(
                    .invalidAnswer, "the container printed more than \(Self.sizeMax >> 20) MiB, which is too much for a state")
            }
            bytes += frame.bytes
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The last of it, for a diagnostic.
    func excerpt() async -> String {
        var options = DockerClient.LogOptions()
        options.tail = String(Self.excerptLines)
        let text: String
        do {
            text = try await self.text(try backend.client(), options)
        } catch {
            return "What it printed cannot be read: \(error)"
        }
        if text.isEmpty { return "It printed nothing." }
        return "The last it printed:\n\n\(text.suffix(4000))"
    }
}
