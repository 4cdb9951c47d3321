import CPQ
import Glibc

/// Where a database is, as libpq takes it: `postgres://user:password@host/name?sslmode=…` or `host=… dbname=…`.
///
/// It may hold a password, so it does not describe itself.
package struct DatabaseAddress: Sendable, CustomStringConvertible {
    /// The address as it is given to libpq. Not for logs, nor for arguments of processes.
    package let text: String
    /// What connections call themselves, for people who look at the server.
    package var applicationName = "berth"

    /// - Throws: ``DatabaseError`` with code `configuration`.
    package init(_ text: String) throws(DatabaseError) {
        var message: UnsafeMutablePointer<CChar>?
        guard let options = text.utf8.contains(0) ? nil : PQconninfoParse(text, &message) else {
            // libpq repeats what it could not read, and a password could be in it.
            var reason = message.map { String(cString: $0).trimmed } ?? ""
            PQfreemem(message)
            if reason.isEmpty || text.contains("@") || text.contains("password") { reason = "it is neither a URL nor a list of settings" }
            throw DatabaseError(.configuration, "the address of the database cannot be read: \(reason)")
        }
        PQconninfoFree(options)
        self.text = text
    }

    /// The address of a database on this machine.
    package init(socketDirectory: String, user: String, database: String) {
        func quoted(_ text: String) -> String { "'" + text.flatMap { $0 == "'" || $0 == "\\" ? "\\\($0)" : "\($0)" } + "'" }
        text = "host=\(quoted(socketDirectory)) port=5432 user=\(quoted(user)) dbname=\(quoted(database))"
    }

    /// The host, for messages.
    package var description: String {
        guard let options = PQconninfoParse(text, nil) else { return "a database" }
        defer { PQconninfoFree(options) }
        var host: String?
        var option = options
        while let keyword = option.pointee.keyword {
            if strcmp(keyword, "host") == 0 { host = option.pointee.val.map { String(cString: $0) } }
            option += 1
        }
        return host ?? "the default host"
    }

    /// What libpq is given; what the address says itself comes last and stands.
    var parameters: [(String, String)] {
        [
            ("fallback_application_name", applicationName), ("client_encoding", "UTF8"),
            // A server that is gone without a word is noticed within half a minute.
            ("keepalives_idle", "15"), ("keepalives_interval", "5"), ("keepalives_count", "3"), ("tcp_user_timeout", "30000"),
            ("target_session_attrs", "read-write"), ("dbname", text),
        ]
    }
}

extension String {
    var trimmed: String {
        var rest = self[...]
        while rest.last?.isWhitespace == true { rest.removeLast() }
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        return String(rest)
    }
}
