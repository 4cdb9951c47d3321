import JSON

/// Texts that are secrets wherever they turn up: in the graph they are marked, from everything else they are taken out.
struct SecretTexts: Sendable {
    private var texts: Set<String> = []
    /// One that is shorter is a secret by itself, but not as a part of another text.
    private static let partLengthMin = 6

    /// The secrets among the inputs.
    init(_ inputs: JSONValue) {
        // What is no pointer points at nothing.
        for text in (inputs["sensitive"]?.arrayValue ?? []).compactMap(\.stringValue) {
            if let pointer = try? JSONPointer(text), let value = inputs.value(at: pointer) { add(value) }
        }
        for pointer in [
            ["external_auth"], ["owner", "ssh_private_key"], ["owner", "session_token"], ["owner", "oidc_access_token"],
            ["agent", "running_tokens"],
        ] {
            if let value = inputs.value(at: JSONPointer(tokens: pointer)) { add(value) }
        }
    }

    private mutating func add(_ value: JSONValue) {
        switch value {
        case .string(let text): insert(text)
        case .array(let elements): for element in elements { add(element) }
        case .object(let members): for member in members.values { add(member) }
        default: break
        }
    }

    mutating func insert(_ text: String) {
        if text.isEmpty { return }
        texts.insert(text)
        // Of a key every line is one.
        for line in text.split(separator: "\n") where line.utf8.count >= 16 { texts.insert(String(line)) }
    }

    /// Whether there is a secret in a text.
    func isSecret(_ text: String) -> Bool {
        texts.contains(text) || texts.contains { $0.utf8.count >= Self.partLengthMin && text.contains($0) }
    }

    /// The text without secrets.
    func redacting(_ text: String) -> String {
        guard isSecret(text) else { return text }
        if texts.contains(text) { return "***" }
        return texts.sorted { $0.utf8.count > $1.utf8.count }.reduce(text) { result, secret in
            secret.utf8.count >= Self.partLengthMin ? result.replacing(secret, with: "***") : result
        }
    }

    /// Where in a value there are secrets.
    func pointers(in value: JSONValue, at place: JSONPointer = .root) -> [JSONPointer] {
        switch value {
        case .string(let text): isSecret(text) ? [place] : []
        case .array(let elements): elements.enumerated().flatMap { pointers(in: $1, at: place.appending($0)) }
        case .object(let members): members.flatMap { pointers(in: $1, at: place.appending($0)) }
        default: []
        }
    }
}
