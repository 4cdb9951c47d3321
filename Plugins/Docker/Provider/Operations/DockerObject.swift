import HCL
import JSON

/// Something in a Docker Engine that has labels.
package struct DockerObject: Sendable, Hashable {
    /// What it is. In the order in which things can be removed: what uses others comes first.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case container, network, volume, image

        /// The resource type that makes such objects.
        package var resourceType: String { "docker_\(rawValue)" }
    }

    package var kind: Kind
    /// What the engine knows it by; of a volume its name.
    package var id: String
    /// As people call it: of an image its first name, or its identifier if it has none.
    package var name: String
    package var labels: [String: String]
    /// In RFC 3339; nil if the engine does not say.
    package var created: String?
    /// Whether a container runs; false for what cannot.
    package var isRunning: Bool
    /// In the engine's words: `Up 2 hours`; empty for what has none.
    package var status: String

    /// Of a container: the identifier of its image.
    let imageID: String?
    /// Of an image: all that name it.
    let references: [String]

    /// - Parameter entry: as the engine's list has it.
    init(_ kind: Kind, _ entry: JSONValue) {
        func text(_ member: String) -> String { entry[member]?.stringValue ?? "" }
        self.kind = kind
        id = kind == .volume ? text("Name") : text("Id")
        // Untagged images have a name that is none.
        references = ((entry["RepoTags"]?.stringList ?? []) + (entry["RepoDigests"]?.stringList ?? [])).filter { !$0.contains("<none>") }
        name =
            switch kind {
            case .container: String((entry["Names"]?.stringList.first ?? id).drop { $0 == "/" })
            case .image: references.first ?? id
            case .network, .volume: text("Name")
            }
        labels = entry["Labels"]?.strings ?? [:]
        created = Self.moment(entry["Created"] ?? entry["CreatedAt"])?.text
        isRunning = kind == .container && text("State") == "running"
        status = text("Status")
        imageID = entry["ImageID"]?.filled
    }

    /// Seconds since 1970, or a text.
    private static func moment(_ value: JSONValue?) -> Timestamp? {
        if let seconds = value?.intValue { return Timestamp(secondsSince1970: Int64(seconds)) }
        // A text that is no moment tells nothing.
        guard let text = value?.stringValue, let parsed = try? Timestamp.parse(text, .lenient) else { return nil }
        return Timestamp(secondsSince1970: parsed.seconds)
    }
}

extension Timestamp {
    init(secondsSince1970 seconds: Int64) {
        self.init(year: 1970, month: 1, day: 1, hour: 0, minute: 0, second: 0, nanoseconds: 0, offsetSeconds: 0)
        self.seconds = seconds
    }
}
