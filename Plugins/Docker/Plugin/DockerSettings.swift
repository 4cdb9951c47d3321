import DockerProvider
import JSON
import TemplatePlugin

/// What the plugin's configuration says of the engine. A template's `provider "docker"` block has the last word.
struct DockerSettings {
    let defaults: DockerDefaults

    private static let engine: [String: JSONValue] = [
        "host": [
            "type": "string", "pattern": "^(unix|tcp|https?|ssh)://",
            "description": "The address of the engine; DOCKER_HOST, or the engine of this machine, if absent.",
        ],
        "ca_material": ["type": "string", "description": "PEM of the authority that signed the engine's certificate."],
        "cert_material": ["type": "string", "description": "PEM of the certificate to show to the engine."],
        "key_material": ["type": "string", "description": "PEM of its private key. Secret."],
        "cert_path": ["type": "string", "pattern": "^/", "description": "A directory with ca.pem, cert.pem and key.pem."],
        "registry_auth": [
            "type": "array", "description": "Credentials for registries of images.",
            "items": [
                "type": "object", "additionalProperties": false, "required": ["address"],
                "properties": [
                    "address": ["type": "string", "description": "The registry's address."],
                    "username": ["type": "string", "description": "Name to sign in with."],
                    "password": ["type": "string", "description": "Password or token. Secret."],
                    "config_file": [
                        "type": "string", "pattern": "^/", "description": "A configuration of the Docker command with credentials.",
                    ],
                ],
            ],
        ],
    ]

    static let schema: JSONValue = [
        "type": "object", "additionalProperties": false,
        "properties": .object(engine.merging(TemplateSettings.properties) { own, _ in own }),
    ]

    /// - Parameter json: fits ``schema``; what does not is left at its default.
    init(_ json: JSONValue) {
        defaults = DockerDefaults(
            texts: json.objectValue?.filter { Self.engine[$0.key] != nil }.compactMapValues(\.stringValue) ?? [:],
            registries: (json["registry_auth"]?.arrayValue ?? []).map { ($0.objectValue ?? [:]).compactMapValues(\.stringValue) })
    }
}
