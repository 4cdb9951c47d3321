/// The files that PostgreSQL reads when it starts, written anew each time.
struct PostgresConfiguration {
    let settings: ManagedPostgresSettings
    let user: SystemUser
    let version: Int

    var file: String { settings.directory + "/postgresql.conf" }
    private var accessFile: String { settings.directory + "/pg_hba.conf" }
    private var identityFile: String { settings.directory + "/pg_ident.conf" }

    func write() throws(DatabaseError) {
        try writeText(file, text, mode: 0o644)
        // Who comes through the private directory of the socket is who the kernel says, and may be us alone.
        try writeText(accessFile, "local all \(ManagedPostgresSettings.name) peer map=berth\n", mode: 0o644)
        let names = Set([user.name, user.isOther ? "root" : user.name]).sorted()
        try writeText(
            identityFile, names.map { "berth \(quoted($0, "\"")) \(ManagedPostgresSettings.name)\n" }.joined(), mode: 0o644)
    }

    private var text: String {
        var values: [(String, String)] = [
            ("hba_file", quoted(accessFile)), ("ident_file", quoted(identityFile)),
            ("listen_addresses", "''"), ("unix_socket_directories", quoted(settings.socketDirectory)), ("unix_socket_permissions", "0700"),
            ("port", "5432"), ("max_connections", String(settings.connectionCountMax)),
            ("shared_buffers", "\(settings.sharedBuffersMegabytes)MB"), ("work_mem", "8MB"), ("maintenance_work_mem", "64MB"),
            ("max_wal_size", "1GB"), ("checkpoint_timeout", "10min"), ("wal_compression", "on"), ("random_page_cost", "1.1"),
            // Our statements are short; compiling them would take longer than they do.
            ("jit", "off"),
            ("timezone", "'UTC'"), ("log_timezone", "'UTC'"), ("lc_messages", "'C'"),
            ("logging_collector", "off"), ("log_destination", "'stderr'"), ("log_line_prefix", "'%m [%p] '"), ("log_checkpoints", "off"),
            ("log_min_duration_statement", "5s"),
            // Values of statements may be secrets.
            ("log_parameter_max_length", "0"), ("log_parameter_max_length_on_error", "0"), ("log_error_verbosity", "terse"),
        ]
        // A statement whose client is gone ends.
        if version >= 14 { values.append(("client_connection_check_interval", "2s")) }
        values += settings.options.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        let lines = values.map { "\($0.0) = \($0.1)\n" }.joined()
        return """
            # Written by berth at each start. Settings of your own belong into custom.conf beside this file.
            \(lines)include_if_exists = \(quoted(settings.directory + "/custom.conf"))

            """
    }

    private func quoted(_ text: String, _ quote: Character = "'") -> String { SQL.quoted(text, quote) }
}
