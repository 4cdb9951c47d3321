import HCL
import ProviderKit

/// `local_file` and `local_sensitive_file`: a file with a content. One that was changed or removed is made again.
struct LocalFileResource: ResourceType {
    let isSensitive: Bool

    private var contents: [String] { ["content", "content_base64", "source"] + (isSensitive ? [] : ["sensitive_content"]) }

    var schema: Schema {
        let mode = Value.string(isSensitive ? "0700" : "0777")
        var attributes = LocalFileChecksums.attributes
        attributes["filename"] = AttributeSchema(
            .string, .required, forcesReplacement: true,
            "The path of the file. Directories that are missing are made, and a file that is there is overwritten.")
        attributes["content"] = AttributeSchema(
            .string, .optional, forcesReplacement: true, isSensitive: isSensitive, "The content as text.")
        attributes["content_base64"] = AttributeSchema(
            .string, .optional, forcesReplacement: true, isSensitive: isSensitive, "The content in base64.")
        attributes["source"] = AttributeSchema(.string, .optional, forcesReplacement: true, "The path of a file to copy.")
        attributes["file_permission"] = AttributeSchema(
            .string, .optionalComputed, fallback: mode, forcesReplacement: true, "Permissions of the file, in octal digits, before umask.")
        attributes["directory_permission"] = AttributeSchema(
            .string, .optionalComputed, fallback: mode, forcesReplacement: true,
            "Permissions of directories that are made, in octal digits, before umask.")
        if !isSensitive {
            attributes["sensitive_content"] = AttributeSchema(
                .string, .optional, forcesReplacement: true, isSensitive: true,
                deprecation: "Use the `local_sensitive_file` resource instead", "The content as a text that is not shown.")
        }
        return Schema(BlockSchema(attributes: attributes))
    }

    func validate(_ configuration: Value) -> [ProviderFinding] {
        AttributeRules.exactlyOne(contents, configuration)
            + ["file_permission", "directory_permission"].compactMap { name in
                guard let problem = configuration.string(name).flatMap(Self.problem) else { return nil }
                return ProviderFinding(
                    .error, "Invalid File Permission String Value", "bad mode permission: \(problem)", at: .attribute(name))
            }
    }

    private static func problem(_ mode: String) -> String? {
        guard (3...4).contains(mode.utf8.count) else { return "string length should be 3 or 4 digits: \(mode)" }
        guard let number = Int(mode, radix: 8), (0...0o777).contains(number) else {
            return "string must be expressed in octal numeric notation: \(mode)"
        }
        return nil
    }

    func create(_ planned: Value, _ operation: ProviderOperation) async throws -> Value {
        let directory = operation.environment.directory
        let path = LocalFile.path(planned.string("filename") ?? "", in: directory)
        let bytes = try await content(planned, directory)
        let fileMode = UInt32(planned.string("file_permission") ?? "", radix: 8) ?? 0o700
        let directoryMode = UInt32(planned.string("directory_permission") ?? "", radix: 8) ?? 0o700
        do throws(LocalFileError) {
            try await LocalFile.write(path, bytes, mode: fileMode, directoryMode: directoryMode)
        } catch {
            throw ProviderError(
                "Create local file error", "An unexpected error occurred while writing the file\n\n+Original Error: \(error)",
                at: .attribute("filename"))
        }
        return planned.setting(LocalFileChecksums.values(bytes))
    }

    func read(_ state: Value, _ operation: ProviderOperation) async throws -> Value? {
        let path = LocalFile.path(state.string("filename") ?? "", in: operation.environment.directory)
        do throws(LocalFileError) {
            guard let bytes = try await LocalFile.read(path, sizeMax: localFileSizeMax) else { return nil }
            return LocalFileChecksums.id(bytes) == state.string("id") ? state : nil
        } catch {
            throw ProviderError(
                "Read local file error", "An unexpected error occurred while reading the file\n\n+Original Error: \(error)")
        }
    }

    func delete(_ state: Value, _ operation: ProviderOperation) async throws {
        let path = LocalFile.path(state.string("filename") ?? "", in: operation.environment.directory)
        do throws(LocalFileError) {
            try await LocalFile.remove(path)
        } catch {
            throw ProviderError("Delete local file error", "The file could not be removed.\n\nOriginal Error: \(error)")
        }
    }

    private func content(_ planned: Value, _ directory: String) async throws -> [UInt8] {
        func failure(_ reason: String) -> ProviderError {
            ProviderError(
                "Create local file error", "An unexpected error occurred while parsing local file content\n\n+Original Error: \(reason)")
        }
        if let text = planned.string("sensitive_content") ?? planned.string("content") { return Array(text.utf8) }
        if let text = planned.string("content_base64") {
            do throws(Base64.Corruption) {
                return try Base64.decode(text)
            } catch {
                throw failure("illegal base64 data at input byte \(error.offset)")
            }
        }
        guard let source = planned.string("source") else { return [] }
        let path = LocalFile.path(source, in: directory)
        do throws(LocalFileError) {
            guard let bytes = try await LocalFile.read(path, sizeMax: localFileSizeMax) else {
                throw LocalFileError(action: "open", path: path, reason: "no such file or directory")
            }
            return bytes
        } catch {
            throw failure(error.description)
        }
    }
}
