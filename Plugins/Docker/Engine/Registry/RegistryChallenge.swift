/// How a registry wants to be told who asks: the header `WWW-Authenticate`.
struct RegistryChallenge: Equatable {
    /// `basic` or `bearer`.
    var scheme: String
    var parameters: [String: String]

    /// Nil if it is of another form.
    init?(_ header: String) {
        let parts = header.split(separator: " ", maxSplits: 1)
        guard let scheme = parts.first?.lowercased(), ["basic", "bearer"].contains(scheme), header.utf8.count <= 8192 else { return nil }
        self.scheme = scheme
        parameters = [:]
        for match in (parts.count > 1 ? parts[1] : "").matches(of: /([A-Za-z_]+)="([^"]*)"/) {
            parameters[match.1.lowercased()] = String(match.2)
        }
    }
}
