import HCL
import ProviderKit

/// `local_file` and `local_sensitive_file` as data: what a file holds.
struct LocalFileSource: DataSource {
    let isSensitive: Bool

    var schema: Schema {
        var attributes = LocalFileChecksums.attributes
        attributes["filename"] = AttributeSchema(.string, .required, "The path of the file.")
        attributes["content"] = AttributeSchema(
            .string, .computed, isSensitive: isSensitive, "The content as text; what is not UTF-8 is replaced.")
        attributes["content_base64"] = AttributeSchema(.string, .computed, isSensitive: isSensitive, "The content in base64.")
        return Schema(BlockSchema(attributes: attributes))
    }

    func read(_ configuration: Value, _ operation: ProviderOperation) async throws -> Value {
        let name = configuration.string("filename") ?? ""
        let path = LocalFile.path(name, in: operation.environment.directory)
        do throws(LocalFileError) {
            guard let bytes = try await LocalFile.read(path, sizeMax: localFileSizeMax) else {
                throw LocalFileError(action: "open", path: name, reason: "no such file or directory")
            }
            return configuration.setting(LocalFileChecksums.values(bytes)).setting([
                "content": .string(String(decoding: bytes, as: UTF8.self)), "content_base64": .string(Base64.encode(bytes)),
            ])
        } catch {
            throw ProviderError(
                "Read local file data source error", "The file at given path cannot be read.\n\n+Original Error: \(error)",
                at: .attribute("filename"))
        }
    }
}
