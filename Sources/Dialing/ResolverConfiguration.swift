import Glibc

/// How names are resolved on this machine: `/etc/resolv.conf`.
struct ResolverConfiguration: Sendable, Hashable {
    /// Addresses of name servers; at most three, as elsewhere.
    var servers: [String] = []
    var search: [String] = []
    /// A name with fewer dots is tried with the search list first.
    var dots = 1
    var timeoutSeconds = 5
    var attempts = 2

    init(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" }).prefix { !$0.hasPrefix("#") && !$0.hasPrefix(";") }
            guard let keyword = words.first else { continue }
            let values = words.dropFirst().map(String.init)
            switch keyword {
            case "nameserver": if servers.count < 3, let server = values.first { servers.append(server) }
            case "search", "domain": search = Array(values.prefix(6))
            case "options": for option in values { read(option) }
            default: break
            }
        }
        // As the C library does where nothing is said.
        if servers.isEmpty { servers = ["127.0.0.1"] }
    }

    private mutating func read(_ option: String) {
        let parts = option.split(separator: ":", maxSplits: 1)
        guard parts.count == 2, let value = Int(parts[1]) else { return }
        switch parts[0] {
        case "ndots": dots = min(max(value, 0), 15)
        case "timeout": timeoutSeconds = min(max(value, 1), 30)
        case "attempts": attempts = min(max(value, 1), 5)
        default: break
        }
    }

    /// The names to ask for, in order.
    func candidates(for name: String) -> [String] {
        if name.hasSuffix(".") { return [String(name.dropLast())] }
        let searched = search.filter { $0 != "." }.map { "\(name).\($0)" }
        let count = name.utf8.count { $0 == UInt8(ascii: ".") }
        return count >= dots ? [name] + searched : searched + [name]
    }
}

/// The addresses that a hosts file has for a name.
func addresses(of name: String, inHosts text: String) -> [String] {
    var found: [String] = []
    let wanted = name.lowercased()
    for line in text.split(whereSeparator: \.isNewline) {
        let words = line.prefix { $0 != "#" }.split(whereSeparator: { $0 == " " || $0 == "\t" })
        guard let address = words.first, words.dropFirst().contains(where: { $0.lowercased() == wanted }) else { continue }
        found.append(String(address))
    }
    return found
}
