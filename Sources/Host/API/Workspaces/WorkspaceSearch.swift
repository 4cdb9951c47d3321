import Postgres
import Scalars

/// The search language of workspaces: `owner:me template:docker status:running name`.
struct WorkspaceSearch: Sendable {
    /// Of the tables in ``WorkspaceRows/tables``.
    let condition: SQL

    /// - Throws: ``APIError`` for a key or a value that does not exist.
    init(_ text: String, viewer: UUID) throws(APIError) {
        var condition: SQL = "not w.deleted"
        for term in try Self.terms(text) { condition += " and (" + (try Self.condition(term.key, term.value, viewer)) + ")" }
        self.condition = condition
    }

    /// Words that white space parts, but not within quotes; a word without a key is a name, or `owner/name`.
    private static func terms(_ text: String) throws(APIError) -> [(key: String, value: String)] {
        var words: [String] = []
        var word = ""
        var isQuoted = false
        for character in text {
            if character == "\"" {
                isQuoted.toggle()
            } else if character.isWhitespace, !isQuoted {
                if !word.isEmpty { words.append(word) }
                word = ""
            } else {
                word.append(character)
            }
        }
        guard !isQuoted else { throw .invalid("q", "has a quote that is not closed") }
        if !word.isEmpty { words.append(word) }
        guard words.count <= 32 else { throw .invalid("q", "has too many words") }
        return words.flatMap { word -> [(key: String, value: String)] in
            let parts = word.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if parts.count == 2 { return [(parts[0].lowercased(), parts[1])] }
            let path = word.split(separator: "/", maxSplits: 1).map(String.init)
            return path.count == 2 ? [("owner", path[0]), ("name", path[1])] : [("name", word)]
        }
    }

    private static func condition(_ key: String, _ value: String, _ viewer: UUID) throws(APIError) -> SQL {
        switch key {
        case "owner": return value == "me" ? "w.owner_id = \(viewer)" : "lower(u.username) = lower(\(value))"
        case "template": return "lower(t.name) = lower(\(value))"
        case "name": return "strpos(lower(w.name), lower(\(value))) > 0"
        case "id":
            let ids = value.split(separator: ",").compactMap { UUID(String($0)) }
            return "w.id = any(\(ids))"
        case "organization":
            if let id = UUID(value) { return "w.organization_id = \(id)" }
            return "lower(o.name) = lower(\(value))"
        case "status": return try status(value)
        case "dormant": return try flag(key, value) ? "w.dormant_at is not null" : "w.dormant_at is null"
        case "outdated":
            return try flag(key, value) ? "b.template_version_id <> t.active_version_id" : "b.template_version_id = t.active_version_id"
        case "last_used_before": return "w.last_used_at < \(try moment(key, value))"
        case "last_used_after": return "w.last_used_at > \(try moment(key, value))"
        default: throw .invalid("q", "\"\(key.prefix(64))\" is not a valid query param")
        }
    }

    private static func status(_ value: String) throws(APIError) -> SQL {
        let ended: SQL = "j.completed_at is not null and j.error is null and j.canceled_at is null"
        let runs: SQL = "j.completed_at is null and j.started_at is not null and j.canceled_at is null"
        switch WorkspaceStatus(rawValue: value.lowercased()) {
        case .pending: return "j.completed_at is null and j.started_at is null"
        case .starting: return runs + " and b.transition = 'start'"
        case .stopping: return runs + " and b.transition = 'stop'"
        case .deleting: return runs + " and b.transition = 'delete'"
        case .running: return ended + " and b.transition = 'start'"
        case .stopped: return ended + " and b.transition = 'stop'"
        case .deleted: return ended + " and b.transition = 'delete'"
        case .failed: return "j.completed_at is not null and j.error is not null"
        case .canceling: return "j.completed_at is null and j.canceled_at is not null"
        case .canceled: return "j.completed_at is not null and j.error is null and j.canceled_at is not null"
        case nil: throw .invalid("q", "has an unknown status \"\(value.prefix(64))\"")
        }
    }

    private static func flag(_ key: String, _ value: String) throws(APIError) -> Bool {
        guard let flag = ["true": true, "false": false][value.lowercased()] else { throw .invalid("q", "\(key) must be true or false") }
        return flag
    }

    private static func moment(_ key: String, _ value: String) throws(APIError) -> Timestamp {
        guard let moment = Timestamp(value) else { throw .invalid("q", "\(key) must be a moment as 2026-01-02T03:04:05Z") }
        return moment
    }
}
