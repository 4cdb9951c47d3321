import JSON

/// How to be known to a registry.
package struct RegistryCredentials: Sendable, Hashable {
    package var userName: String
    package var password: String
    package var identityToken: String
    package var serverAddress: String

    package init(userName: String = "", password: String = "", identityToken: String = "", serverAddress: String = "") {
        self.userName = userName
        self.password = password
        self.identityToken = identityToken
        self.serverAddress = serverAddress
    }

    /// Who a registry is, however its address is written: without scheme and path, Docker Hub by one name.
    package static func key(_ address: String) -> String {
        var rest = Substring(address)
        for scheme in ["https://", "http://"] where rest.hasPrefix(scheme) { rest = rest.dropFirst(scheme.count) }
        let host = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).first.map(String.init) ?? ""
        return ["docker.io", "registry-1.docker.io", "index.docker.io", "registry.hub.docker.com", ""].contains(host) ? "docker.io" : host
    }

    private var json: JSONValue {
        identityToken.isEmpty
            ? ["username": .string(userName), "password": .string(password), "serveraddress": .string(serverAddress)]
            : ["identitytoken": .string(identityToken), "serveraddress": .string(serverAddress)]
    }

    /// For one registry.
    var header: [String: String] { ["X-Registry-Auth": Base64URL.encode(json.serializedBytes())] }

    /// For all that a build may pull from.
    static func configurationHeader(_ all: [String: RegistryCredentials]) -> [String: String] {
        guard !all.isEmpty else { return [:] }
        let members = all.map { ($0.key == "docker.io" ? "https://index.docker.io/v1/" : $0.key, $0.value.json) }
        let document = JSONValue.object(Dictionary(members) { first, _ in first })
        return ["X-Registry-Config": Base64URL.encode(document.serializedBytes())]
    }
}
