import JSON

/// Writes stars over the secrets of one job before anything is shown or stored.
///
/// A plugin should not let a secret into its messages; a child process it runs may all the same.
package struct Redactor: Sendable {
    /// The longest first, so that one that contains another is covered whole.
    private let secrets: [String]

    /// Shorter secrets are left alone: covering "a" or "true" would make every message unreadable.
    package static let secretSizeMinBytes = 4

    /// - Parameter inputs: a document with the shape of `inputs.schema.json`, whose member "sensitive" lists the secrets.
    package init(inputs: String) {
        // Inputs that are no document hold no secrets that could be told from other text.
        guard let document = try? JSONValue(parsing: inputs), let pointers = document["sensitive"]?.arrayValue else {
            secrets = []
            return
        }
        var found: Set<String> = []
        for pointer in pointers {
            guard let text = pointer.stringValue, let place = try? JSONPointer(text) else { continue }  // points at nothing
            if let value = document.value(at: place) { Self.collect(value, into: &found) }
        }
        secrets = found.sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
    }

    /// A text without secrets.
    package func redact(_ text: String) -> String {
        var text = text
        for secret in secrets where text.utf8.count >= secret.utf8.count { text = Self.replacing(secret, in: text) }
        return text
    }

    /// A record without secrets.
    package func redact(_ record: LogRecord) -> LogRecord {
        guard !secrets.isEmpty else { return record }
        var record = record
        record.message = redact(record.message)
        record.stage = redact(record.stage)
        for index in record.fields.indices { record.fields[index].value = redact(record.fields[index].value) }
        return record
    }

    /// A diagnostic without secrets.
    package func redact(_ diagnostic: Diagnostic) -> Diagnostic {
        guard !secrets.isEmpty else { return diagnostic }
        var diagnostic = diagnostic
        diagnostic.summary = redact(diagnostic.summary)
        diagnostic.detail = redact(diagnostic.detail)
        return diagnostic
    }

    /// A progress report without secrets.
    package func redact(_ progress: ProgressReport) -> ProgressReport {
        guard !secrets.isEmpty else { return progress }
        var progress = progress
        progress.message = redact(progress.message)
        return progress
    }

    private static func collect(_ value: JSONValue, into secrets: inout Set<String>) {
        switch value {
        case .string(let text):
            if text.utf8.count >= secretSizeMinBytes { secrets.insert(text) }
        case .array(let values): for value in values { collect(value, into: &secrets) }
        case .object(let members): for value in members.values { collect(value, into: &secrets) }
        case .null, .bool, .integer, .unsigned, .number: break
        }
    }

    private static func replacing(_ secret: String, in text: String) -> String {
        let needle = Array(secret.utf8)
        let hay = Array(text.utf8)
        var result: [UInt8] = []
        var index = 0
        while index < hay.count {
            if hay[index] == needle[0], hay.count - index >= needle.count, hay[index..<index + needle.count].elementsEqual(needle) {
                result += Array("***".utf8)
                index += needle.count
            } else {
                result.append(hay[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
