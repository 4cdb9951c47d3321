import Glibc

/// The TCP ports that something listens on here.
package struct ListeningPorts: Sendable {
    package struct Port: Sendable, Hashable {
        package var number: Int
        /// The name of the process; empty where it cannot be seen.
        package var process: String
    }

    /// Ports of well-known services, which nobody opens in a browser.
    static let hidden: Set<Int> = [
        20, 21, 22, 23, 25, 53, 110, 143, 179, 389, 465, 587, 636, 989, 990, 993, 995, 3306, 3389, 5432, 27017, 27018, 27019, 28017,
    ]

    var proc = "/proc"

    package init() {}

    /// In ascending order; reads files only.
    package func current() -> [Port] {
        var inodes: [Int: String] = [:]
        for table in ["tcp", "tcp6"] {
            for (port, inode) in Self.listening(MachineFile.text("\(proc)/net/\(table)", sizeMax: 4 << 20) ?? "")
            where port >= 9 && !Self.hidden.contains(port) {
                inodes[port] = inodes[port] ?? inode
            }
        }
        guard !inodes.isEmpty else { return [] }
        let owners = processes(of: Set(inodes.values))
        return inodes.sorted { $0.key < $1.key }.map { Port(number: $0.key, process: owners[$0.value] ?? "") }
    }

    /// What a table of the kernel's says listens: ports, and the sockets' inodes.
    static func listening(_ table: String) -> [(port: Int, inode: String)] {
        table.split(whereSeparator: \.isNewline).dropFirst().compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count > 9, fields[3] == "0A", let colon = fields[1].lastIndex(of: ":"),
                let port = Int(fields[1][fields[1].index(after: colon)...], radix: 16)
            else { return nil }
            return (port, String(fields[9]))
        }
    }

    private func processes(of inodes: Set<String>) -> [String: String] {
        var owners: [String: String] = [:]
        for process in MachineFile.names(proc).filter({ Int($0) != nil }).prefix(4096) {
            for descriptor in MachineFile.names("\(proc)/\(process)/fd").prefix(4096) {
                var target = [CChar](repeating: 0, count: 64)
                let count = readlink("\(proc)/\(process)/fd/\(descriptor)", &target, target.count - 1)
                guard count > 0 else { continue }
                let text = String(decoding: target[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
                guard text.hasPrefix("socket:["), text.hasSuffix("]") else { continue }
                let inode = String(text.dropFirst(8).dropLast())
                if inodes.contains(inode), owners[inode] == nil {
                    owners[inode] = MachineFile.text("\(proc)/\(process)/comm", sizeMax: 64)?.split(whereSeparator: \.isNewline).first.map(String.init)
                }
            }
            if owners.count == inodes.count { break }
        }
        return owners
    }
}
