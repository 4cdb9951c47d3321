import HCL
package import ProviderKit

/// `hashicorp/local`: files on the machine that builds.
///
/// Files are written and read with the rights of this process, wherever a template says: like `local-exec`, that is the power
/// of whoever writes templates. Relative paths start in the directory of the template.
package struct LocalProvider: Provider {
    package static let source = "hashicorp/local"

    package init() {}

    package var resourceTypeNames: [String] { ["local_file", "local_sensitive_file"] }
    package var dataSourceNames: [String] { ["local_command", "local_file", "local_sensitive_file"] }

    package func resourceType(_ name: String) -> (any ResourceType)? {
        switch name {
        case "local_file": LocalFileResource(isSensitive: false)
        case "local_sensitive_file": LocalFileResource(isSensitive: true)
        default: nil
        }
    }

    package func dataSource(_ name: String) -> (any DataSource)? {
        switch name {
        case "local_command": LocalCommand()
        case "local_file": LocalFileSource(isSensitive: false)
        case "local_sensitive_file": LocalFileSource(isSensitive: true)
        default: nil
        }
    }
}

/// What files that are read or written have at most.
let localFileSizeMax = 64 << 20

/// The checksums that a file shows.
enum LocalFileChecksums {
    private static let algorithms: [(name: String, digest: Digest, text: BytesText)] = [
        ("content_md5", .md5, .hexadecimal), ("content_sha1", .sha1, .hexadecimal), ("content_sha256", .sha256, .hexadecimal),
        ("content_base64sha256", .sha256, .base64), ("content_sha512", .sha512, .hexadecimal),
        ("content_base64sha512", .sha512, .base64),
    ]

    static var attributes: [String: AttributeSchema] {
        algorithms.reduce(into: ["id": AttributeSchema(.string, .computed, "The SHA-1 checksum of the content.")]) {
            $0[$1.name] = AttributeSchema(.string, .computed, "A checksum of the content.")
        }
    }

    static func values(_ bytes: [UInt8]) -> [String: Value] {
        algorithms.reduce(into: ["id": .string(id(bytes))]) { $0[$1.name] = .string($1.text.text($1.digest.hash(bytes))) }
    }

    static func id(_ bytes: [UInt8]) -> String { BytesText.hexadecimal.text(Digest.sha1.hash(bytes)) }
}
