import Glibc
import HCL

/// The configuration file: YAML, maps within maps.
package enum ConfigurationFile {
    static let sizeMaxBytes = 1 << 20

    /// The values of a file by key, `networking.http.httpAddress`; lists as texts with commas.
    ///
    /// - Throws: ``ServerSettingsError`` if it cannot be read, or is not what it should be.
    package static func values(at path: String) throws(ServerSettingsError) -> [String: String] {
        let text = try read(path)
        let value: Value
        do { value = try YAMLReader.value(of: text) } catch { throw ServerSettingsError(problems: ["\(path): \(error)"]) }
        if value.isNull { return [:] }
        var found: [String: String] = [:]
        var problems: [String] = []
        flatten(value, [], &found, &problems)
        if !problems.isEmpty { throw ServerSettingsError(problems: problems.map { "\(path): \($0)" }) }
        return found
    }

    private static func flatten(_ value: Value, _ path: [String], _ found: inout [String: String], _ problems: inout [String]) {
        let key = path.joined(separator: ".")
        if let members = value.members {
            for (name, member) in members { flatten(member, path + [name], &found, &problems) }
        } else if let text = text(of: value), !path.isEmpty {
            found[key] = text
        } else if let texts = value.elements?.map(text(of:)), !path.isEmpty, !texts.contains(nil) {
            found[key] = texts.compactMap { $0 }.joined(separator: ",")
        } else if !value.isNull || path.isEmpty {
            problems.append(
                path.isEmpty ? "is not a map of settings" : "\"\(key)\" is neither a text, a number, true, false nor a list of them")
        }
    }

    /// A scalar as it would stand on a command line.
    private static func text(of value: Value) -> String? {
        guard !value.isNull, value.members == nil, value.elements == nil else { return nil }
        // A number, true or false becomes its text, which always works; dates are texts already.
        return try? value.converted(to: .string).stringValue
    }

    private static func read(_ path: String) throws(ServerSettingsError) -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw ServerSettingsError(problems: ["\(path): \(String(cString: strerror(errno)))"]) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw ServerSettingsError(problems: ["\(path): is not a file"])
        }
        guard status.st_size <= sizeMaxBytes else {
            throw ServerSettingsError(problems: ["\(path): is larger than \(sizeMaxBytes >> 20) MiB"])
        }
        var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
        var length = 0
        while length < bytes.count {
            let count = bytes.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress! + length, $0.count - length) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            length += count
        }
        guard let text = String(validating: bytes[..<length], as: UTF8.self) else {
            throw ServerSettingsError(problems: ["\(path): is not UTF-8"])
        }
        return text
    }
}
