/// One setting of the server: a flag, a variable of the environment, and a key of the configuration file.
package struct ServerOption: Sendable {
    /// What a value looks like.
    package enum Kind: Sendable {
        case text, url, address, path
        case boolean
        case integer(ClosedRange<Int>)
        /// As Go writes them: `90s`, `1h30m`, `24h`.
        case duration
        /// Several texts; commas part them.
        case list

        /// What stands for the value in a help text.
        var placeholder: String {
            switch self {
            case .text: "text"
            case .url: "url"
            case .address: "host:port"
            case .path: "path"
            case .boolean: "true|false"
            case .integer: "number"
            case .duration: "duration"
            case .list: "text,…"
            }
        }
    }

    /// What a reader of the help looks for together.
    package enum Group: String, Sendable, CaseIterable {
        case networking = "Networking"
        case database = "Database"
        case provisioning = "Provisioning"
        case access = "Access"
        case logging = "Logging"
    }

    /// As a flag, without dashes.
    package var name: String
    package var kind: Kind
    package var group: Group
    /// Without its prefix: `BERTH_` is read first, then `CODER_`.
    package var variable: String
    /// Names of nested maps: `networking.http.httpAddress`; nil where a file is no place for it.
    package var key: String?
    /// As text; nil if the server decides when it starts.
    package var fallback: String?
    package var summary: String
    /// Whether its value is never shown.
    package var isSecret = false
}
