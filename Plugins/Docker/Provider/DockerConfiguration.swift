import DockerEngine
import HCL
import JSON
import ProviderKit

/// What a `provider "docker"` block says, completed from the environment's variables.
struct DockerConfiguration {
    let configuration: Value
    let environment: ProviderEnvironment

    static let block = BlockSchema(
        attributes: [
            "host": AttributeSchema(.string, .optional, "The address of the engine; DOCKER_HOST, or the engine of this machine."),
            "context": AttributeSchema(.string, .optional, "The name of a context of the Docker command; not supported."),
            "ssh_opts": AttributeSchema(.list(.string), .optional, "Options for ssh, where host begins with ssh://."),
            "ca_material": AttributeSchema(.string, .optional, "PEM of the authority that signed the engine's certificate."),
            "cert_material": AttributeSchema(.string, .optional, "PEM of the client's certificate."),
            "key_material": AttributeSchema(.string, .optional, isSensitive: true, "PEM of the client's private key."),
            "cert_path": AttributeSchema(.string, .optional, "A directory with ca.pem, cert.pem and key.pem."),
            "disable_docker_daemon_check": AttributeSchema(.bool, .optional, "Has no effect: the engine is asked when it is needed."),
        ],
        blocks: [
            "registry_auth": NestedBlockSchema(
                .set,
                BlockSchema(attributes: [
                    "address": AttributeSchema(.string, .required, "The address of the registry."),
                    "username": AttributeSchema(.string, .optional), "password": AttributeSchema(.string, .optional, isSensitive: true),
                    "config_file": AttributeSchema(.string, .optional, "The path of a configuration of the Docker command."),
                    "config_file_content": AttributeSchema(.string, .optional, isSensitive: true, "The text of one."),
                    "auth_disabled": AttributeSchema(.bool, .optional, "Whether the registry wants no credentials."),
                ]))
        ])

    private func text(_ name: String, _ variable: String) -> String? {
        let given = configuration.string(name) ?? environment.variables[variable]
        return given?.isEmpty == true ? nil : given
    }

    func client() async throws -> DockerClient {
        for (name, variable) in [("context", "DOCKER_CONTEXT"), ("host", "DOCKER_HOST")] {
            guard configuration[attribute: name].isKnown else {
                throw ProviderError("Unknown Docker Engine", "The engine's \(name) is not known yet.", at: .attribute(name))
            }
            if name == "context", let context = text(name, variable), context != "default" {
                throw ProviderError(
                    "Docker contexts are not supported",
                    "The context \(context.goQuoted) is stored where only the Docker command finds it. Write its address as \"host\".",
                    at: .attribute("context"))
            }
        }
        do {
            let version = environment.variables["DOCKER_API_VERSION"].flatMap { APIVersion($0) }
            guard let host = text("host", "DOCKER_HOST") else { return try DockerClient(.local, version: version) }
            let ssh = SSHSettings(options: configuration.strings("ssh_opts") ?? [], environment: environment.variables)
            return try DockerClient(try DockerEndpoint(host, security: try await security(), ssh: ssh), version: version)
        } catch let error as DockerError {
            throw ProviderError("Invalid address of a Docker Engine", "\(error)", at: .attribute("host"))
        }
    }

    private func security() async throws -> DockerSecurity? {
        let verifies = environment.variables["DOCKER_TLS_VERIFY"] != "0"
        if let authority = text("ca_material", "DOCKER_CA_MATERIAL") ?? text("cert_material", "DOCKER_CERT_MATERIAL") {
            return DockerSecurity(
                authority: text("ca_material", "DOCKER_CA_MATERIAL") == nil ? nil : authority,
                certificate: text("cert_material", "DOCKER_CERT_MATERIAL"), key: text("key_material", "DOCKER_KEY_MATERIAL"),
                verifies: verifies)
        }
        guard let directory = text("cert_path", "DOCKER_CERT_PATH") else { return nil }
        func file(_ name: String) async throws -> String? {
            try await HostFile.read(HostFile.path("\(directory)/\(name)", in: environment.directory)).map {
                String(decoding: $0, as: UTF8.self)
            }
        }
        let (certificate, key) = (try await file("cert.pem"), try await file("key.pem"))
        guard certificate != nil, key != nil else {
            throw ProviderError(
                "Missing certificates", "There is no cert.pem or no key.pem in \(directory.goQuoted).", at: .attribute("cert_path"))
        }
        return DockerSecurity(authority: try await file("ca.pem"), certificate: certificate, key: key, verifies: verifies)
    }

    /// Credentials by registry.
    func credentials() async throws -> [String: RegistryCredentials] {
        var result: [String: RegistryCredentials] = [:]
        for block in configuration.blocks("registry_auth") where block.bool("auth_disabled") != true {
            guard let address = block.string("address") else { continue }
            let key = RegistryCredentials.key(address)
            let userName = block.string("username") ?? environment.variables["DOCKER_REGISTRY_USER"] ?? ""
            let password = block.string("password") ?? environment.variables["DOCKER_REGISTRY_PASS"] ?? ""
            if !userName.isEmpty || !password.isEmpty {
                result[key] = RegistryCredentials(userName: userName, password: password, serverAddress: address)
                continue
            }
            var content = block.string("config_file_content")
            if content == nil, var path = block.string("config_file") ?? defaultFile {
                if path.starts(with: ["~", "/"]), let home = environment.variables["HOME"] { path = home + path.dropFirst() }
                content = try await HostFile.read(HostFile.path(path, in: environment.directory)).map {
                    String(decoding: $0, as: UTF8.self)
                }
            }
            guard let content, let found = try await credentials(for: key, in: content) else {
                throw ProviderError(
                    "Missing registry credentials",
                    "There are no credentials for \(address.goQuoted): give username and password, or a configuration of the Docker command that has them.",
                    at: .attribute("registry_auth"))
            }
            result[key] = found
        }
        return result
    }

    private var defaultFile: String? {
        if let directory = environment.variables["DOCKER_CONFIG"] {
            return directory.hasSuffix(".json") ? directory : directory + "/config.json"
        }
        return environment.variables["HOME"].map { $0 + "/.docker/config.json" }
    }

    /// What a configuration of the Docker command says of a registry: its helpers first, as that command does.
    private func credentials(for key: String, in content: String) async throws -> RegistryCredentials? {
        let document: JSONValue
        do {
            document = try JSONValue(parsing: content)
        } catch {
            throw ProviderError("Invalid configuration of the Docker command", "It is no JSON: \(error)", at: .attribute("registry_auth"))
        }
        func matches(_ address: String) -> Bool { RegistryCredentials.key(address) == key }
        let entry = document["auths"]?.objectValue?.sorted { $0.key < $1.key }.first { matches($0.key) }
        let helper = document["credHelpers"]?.objectValue?.sorted { $0.key < $1.key }.first { matches($0.key) }
        let address = helper?.key ?? entry?.key ?? (key == "docker.io" ? "https://index.docker.io/v1/" : key)
        if let name = helper?.value.filled ?? document["credsStore"]?.filled,
            let found = try await CredentialHelper(name: name, variables: environment.variables).credentials(for: address)
        {
            return found
        }
        return entry.flatMap { Self.credentials($0.value, $0.key) }
    }

    /// What an entry of `auths` holds.
    private static func credentials(_ entry: JSONValue, _ address: String) -> RegistryCredentials? {
        if let token = entry["identitytoken"]?.filled { return RegistryCredentials(identityToken: token, serverAddress: address) }
        if let userName = entry["username"]?.filled, let password = entry["password"]?.stringValue {
            return RegistryCredentials(userName: userName, password: password, serverAddress: address)
        }
        // What is no base64 of "user:password" is no credential.
        guard let auth = entry["auth"]?.stringValue, let bytes = try? Base64.decode(auth) else { return nil }
        let parts = String(decoding: bytes, as: UTF8.self).split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        return RegistryCredentials(userName: String(parts[0]), password: String(parts[1]), serverAddress: address)
    }
}
