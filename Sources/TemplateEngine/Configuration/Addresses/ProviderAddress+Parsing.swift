extension ProviderAddress {
    /// Reads `random`, `hashicorp/random` or `registry.terraform.io/hashicorp/random`; nil if it is none of them.
    package init?(source: String) {
        let parts = source.split(separator: "/", omittingEmptySubsequences: false).map { $0.lowercased() }
        guard (1...3).contains(parts.count), let type = parts.last, Self.nameProblem(type) == nil else { return nil }
        if type.hasPrefix("terraform-provider-") || type == "terraform-provider" { return nil }
        guard parts.count > 1 else {
            self.init(namespace: "hashicorp", type: type)
            return
        }
        let namespace = parts[parts.count - 2]
        guard Self.nameProblem(namespace) == nil else { return nil }
        let host = parts.count == 3 ? parts[0] : Self.defaultHost
        guard Self.isHost(host) else { return nil }
        self.init(host: host, namespace: namespace, type: type)
    }

    /// Why a text cannot be a part of a provider's address; nil if it can.
    static func nameProblem(_ name: String) -> String? {
        if name.isEmpty { return "must have at least one character" }
        let isPlain = name.unicodeScalars.allSatisfy { $0 == "-" || $0.properties.isAlphabetic || $0.properties.numericType != nil }
        if !isPlain || name.hasPrefix("-") || name.hasSuffix("-") {
            return "must contain only letters, digits, and dashes, and may not use leading or trailing dashes"
        }
        return name.contains("--") ? "cannot use multiple consecutive dashes" : nil
    }

    private static func isHost(_ host: String) -> Bool {
        let parts = host.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.count == 1 || Int(parts[1]) != nil else { return false }
        let labels = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        return (labels.count > 1 || parts[0] == "localhost") && labels.allSatisfy { nameProblem(String($0)) == nil }
    }
}
