/// Every setting of the server.
package enum ServerOptions {
    /// In the order of the help text.
    package static let all: [ServerOption] = [
        ServerOption(
            name: "access-url", kind: .url, group: .networking, variable: "ACCESS_URL", key: "networking.accessURL",
            summary: "URL under which users and agents reach this deployment. Unset: http://localhost and the port of --http-address."),
        ServerOption(
            name: "wildcard-access-url", kind: .text, group: .networking, variable: "WILDCARD_ACCESS_URL",
            key: "networking.wildcardAccessURL", fallback: "",
            summary: "Host name with a star under which apps of workspaces get names of their own, as \"*.dev.example.org\"."),
        ServerOption(
            name: "http-address", kind: .address, group: .networking, variable: "HTTP_ADDRESS", key: "networking.http.httpAddress",
            fallback: "127.0.0.1:3000", summary: "Where to listen for HTTP. Empty: nowhere."),
        ServerOption(
            name: "tls-address", kind: .address, group: .networking, variable: "TLS_ADDRESS", key: "networking.tls.address",
            fallback: "127.0.0.1:3443", summary: "Where to listen for HTTPS, with --tls-enable."),
        ServerOption(
            name: "tls-enable", kind: .boolean, group: .networking, variable: "TLS_ENABLE", key: "networking.tls.enable",
            fallback: "false", summary: "Whether to listen for HTTPS."),
        ServerOption(
            name: "tls-cert-file", kind: .path, group: .networking, variable: "TLS_CERT_FILE", key: "networking.tls.certFiles",
            fallback: "", summary: "Certificate chain, PEM, the server's own first."),
        ServerOption(
            name: "tls-key-file", kind: .path, group: .networking, variable: "TLS_KEY_FILE", key: "networking.tls.keyFiles",
            fallback: "", summary: "Private key of the certificate, PEM."),
        ServerOption(
            name: "data-dir", kind: .path, group: .database, variable: "DATA_DIR", key: "dataDir",
            summary: """
                Where the server keeps its own PostgreSQL, the cache of its plugins and what workers need while they run. Unset: \
                ~/.local/share/berth, for root /var/lib/berth.
                """),
        ServerOption(
            name: "postgres-url", kind: .text, group: .database, variable: "PG_CONNECTION_URL", key: nil, fallback: "",
            summary: """
                A PostgreSQL to use, as postgres://user:password@host/database. Unset: the server runs one of its own. A password \
                given as a flag is visible to other users of the machine; use the variable.
                """, isSecret: true),
        ServerOption(
            name: "postgres-connections", kind: .integer(2...1000), group: .database, variable: "PG_CONNECTIONS",
            key: "pgConnections", fallback: "10", summary: "How many connections to the database at most."),
        ServerOption(
            name: "provisioner-daemons", kind: .integer(0...1000), group: .provisioning, variable: "PROVISIONER_DAEMONS",
            key: "provisioning.daemons", fallback: "3", summary: "How many jobs this server runs at once. 0: none; others do."),
        ServerOption(
            name: "plugin-path", kind: .list, group: .provisioning, variable: "PLUGIN_PATH", key: "provisioning.pluginPath",
            fallback: "", summary: "Directories in which plugins are looked for first."),
        ServerOption(
            name: "plugin-config", kind: .path, group: .provisioning, variable: "PLUGIN_CONFIG", key: "provisioning.pluginConfig",
            fallback: "", summary: "A JSON file with an object for each plugin: {\"docker\": {\"host\": \"unix:///var/run/docker.sock\"}}."),
        ServerOption(
            name: "agent-dir", kind: .path, group: .provisioning, variable: "AGENT_DIR", key: "provisioning.agentDir",
            fallback: "", summary: "Where the agents lie that go into workspaces: linux-amd64/berth-agent. Unset: beside the berth program."
        ),
        ServerOption(
            name: "job-time-limit", kind: .duration, group: .provisioning, variable: "JOB_TIME_LIMIT", key: "provisioning.jobTimeLimit",
            fallback: "1h", summary: "How long a job may take before it is cancelled."),
        ServerOption(
            name: "session-duration", kind: .duration, group: .access, variable: "SESSION_DURATION", key: "networking.http.sessionDuration",
            fallback: "24h", summary: "How long a browser's session lasts without use."),
        ServerOption(
            name: "max-token-lifetime", kind: .duration, group: .access, variable: "MAX_TOKEN_LIFETIME",
            key: "networking.http.maxTokenLifetime", fallback: "8760h", summary: "The longest lifetime of a token."),
        ServerOption(
            name: "secure-auth-cookie", kind: .boolean, group: .access, variable: "SECURE_AUTH_COOKIE",
            key: "networking.secureAuthCookie", summary: "Whether cookies go over HTTPS only. Unset: if the access URL is https."),
        ServerOption(
            name: "log-level", kind: .text, group: .logging, variable: "LOG_LEVEL", key: "introspection.logging.level",
            fallback: "info", summary: "trace, debug, info, notice, warning, error or critical."),
        ServerOption(
            name: "log-format", kind: .text, group: .logging, variable: "LOG_FORMAT", key: "introspection.logging.format",
            summary: "human or json. Unset: human on a terminal, else json."),
    ]

    /// The option of a name; nil if there is none.
    package static func named(_ name: String) -> ServerOption? { all.first { $0.name == name } }

    /// The names that look most like a word that is none.
    static func suggestion(for word: String) -> String? {
        all.map { (name: $0.name, distance: editDistance($0.name, word)) }.filter { $0.distance <= 3 }.min { $0.distance < $1.distance }?
            .name
    }
}

/// How many letters have to be put in, left out or exchanged to make one word of the other.
private func editDistance(_ one: String, _ other: String) -> Int {
    let (one, other) = (Array(one.utf8), Array(other.utf8))
    var row = Array(0...other.count)
    for (index, letter) in one.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        for column in other.indices {
            let above = row[column + 1]
            row[column + 1] = min(above + 1, row[column] + 1, diagonal + (letter == other[column] ? 0 : 1))
            diagonal = above
        }
    }
    return row[other.count]
}
