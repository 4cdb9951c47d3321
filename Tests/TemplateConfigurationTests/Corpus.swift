import Glibc
import HCL

@testable import TemplateConfiguration

/// The material beside the repository: what Terraform itself said of configurations.
enum Corpus {
    static let shared: String = {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        return root + "/../shared/data"
    }()
    static let isPresent = !directories("terraform/syntax/validate").isEmpty

    /// The directories in one of the material's.
    static func directories(_ path: String) -> [String] {
        guard let stream = opendir("\(shared)/\(path)") else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            guard entry.pointee.d_type == UInt8(DT_DIR) else { continue }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if !name.hasPrefix(".") { names.append("\(shared)/\(path)/\(name)") }
        }
        return names.sorted()
    }

    /// The directory and those below it that hold files of configuration.
    static func configurations(below path: String) -> [String] {
        let own = ConfigurationDirectory(path: path, name: ".")
        var ignored: Diagnostics = []
        let below = directories(String(path.dropFirst(shared.count + 1))).flatMap { configurations(below: $0) }
        return (own.files(inside: "/", &ignored).isEmpty ? [] : [path]) + below
    }

    static func golden(_ directory: String) throws -> Value {
        let bytes = try ConfigurationFileReader.read("\(directory)/golden.json", inside: nil).get()
        return try Value.jsonDecoded(String(decoding: bytes, as: UTF8.self))
    }

    /// What is compared of an error: all of it.
    static func errors(_ list: Value?) -> Set<String> {
        var result: Set<String> = []
        for error in list?.elements ?? [] {
            let summary = error.members?["summary"]?.stringValue ?? ""
            if summary.hasPrefix("Terraform encountered problems during init") { continue }
            let file = error.members?["file"]?.stringValue ?? "-"
            let numbers = ["start", "end"].flatMap { error.members?[$0]?.elements ?? [] }.compactMap { $0.numberValue?.text }
            let text = error.members?["detail"]?.stringValue ?? ""
            result.insert("\(file):\(numbers.joined(separator: ",")) \(summary) | \(text)")
        }
        return result
    }

    static func errors(_ diagnostics: Diagnostics) -> Set<String> {
        Set(
            diagnostics.filter { $0.severity == .error }.map { diagnostic in
                let range = diagnostic.subject
                // Terraform shows an empty place as one character.
                let widened = range.map { $0.start.byte == $0.end.byte ? $0.end.column + 1 : $0.end.column } ?? 0
                let numbers = range.map { "\($0.start.line),\($0.start.column),\($0.end.line),\(widened)" } ?? ""
                return "\(range?.file ?? "-"):\(numbers) \(diagnostic.summary) | \(diagnostic.detail)"
            })
    }
}
