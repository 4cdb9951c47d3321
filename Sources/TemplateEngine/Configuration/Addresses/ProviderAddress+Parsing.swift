import HCL

extension ProviderAddress {
    /// Reads `random`, `hashicorp/random` or `registry.terraform.io/hashicorp/random`; nil if it is none of them.
    package init?(source: String) {
        let parts = source.split(separator: "/", omittingEmptySubsequences: false).map { $0.lowercased() }
        guard let type = parts.last, Self.problem(source: source) == nil else { return nil }
        guard parts.count > 1 else {
            self.init(namespace: "hashicorp", type: type)
            return
        }
        let namespace = parts[parts.count - 2]
        let host = parts.count == 3 ? parts[0] : Self.defaultHost
        self.init(host: host, namespace: namespace, type: type)
    }

    /// What Terraform says of a source that is none; nil if it is one.
    static func problem(source: String) -> (summary: String, detail: String)? {
        let parts = source.split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
        guard (1...3).contains(parts.count), let type = parts.last, !parts.contains("") else {
            return ("Invalid provider source string", "The \"source\" attribute must be in the format \"[hostname/][namespace/]name\"")
        }
        // The quotation mark too many is Terraform's.
        if let problem = nameProblem(type) {
            return ("Invalid provider type", "Invalid provider type \(type.goQuoted) in source \(source.goQuoted): \(problem)\"")
        }
        guard parts.count > 1 else { return nil }
        let namespace = parts[parts.count - 2]
        // The dash stands for what was before there were namespaces.
        if namespace != "-", let problem = nameProblem(namespace) {
            let detail = "Invalid provider namespace \(namespace.goQuoted) in source \(source.goQuoted): \(problem)\""
            return ("Invalid provider namespace", detail)
        }
        if parts.count == 3, !isHost(parts[0]) {
            let detail = "Invalid provider source hostname \(parts[0].goQuoted) in source \(source.goQuoted)."
            return ("Invalid provider source hostname", detail)
        }
        let prefix = "terraform-provider-"
        guard type.hasPrefix(prefix) else { return nil }
        let better = (parts.dropLast() + [String(type.dropFirst(prefix.count))]).joined(separator: "/")
        let detail = """
            Provider source \(source.goQuoted) has a type with the prefix "terraform-provider-", which isn't valid. Although that prefix is \
            often used in the names of version control repositories for Terraform providers, provider source strings should not include it.

            Did you mean \(better.goQuoted)?
            """
        return ("Invalid provider type", detail)
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
