import Glibc

/// Who a process runs as. Read from the file, since a static executable has no other source of names.
package struct Account: Sendable, Hashable {
    package var name: String
    package var home: String
    package var shell: String

    /// The account of this process.
    package static var current: Account {
        let id = "\(geteuid())"
        let row = passwords.first { $0.count >= 7 && $0[2] == id }
        // An image need not name the users it runs as.
        return Account(
            name: row?[0] ?? id, home: row.map { $0[5] }.nonEmpty ?? "/", shell: row.map { $0[6] }.nonEmpty ?? "/bin/sh")
    }

    /// The fields of each line.
    private static var passwords: [[String]] {
        guard let file = fopen("/etc/passwd", "re") else { return [] }
        defer { fclose(file) }
        var rows: [[String]] = []
        var line = [CChar](repeating: 0, count: 4096)
        while rows.count < 100_000, fgets(&line, Int32(line.count), file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 && $0 != 0x0A }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            rows.append(text.split(separator: ":", omittingEmptySubsequences: false).map(String.init))
        }
        return rows
    }

    package var environment: [String: String] {
        [
            "USER": name, "LOGNAME": name, "HOME": home, "SHELL": shell,
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ]
    }
}

extension String? {
    fileprivate var nonEmpty: String? { flatMap { $0.isEmpty ? nil : $0 } }
}
