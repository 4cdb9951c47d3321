import HCL
import TemplateConfiguration

/// What the calls of a template were resolved to, once, when it was imported.
package struct ModuleLock: Sendable, Hashable {
    /// One call.
    package struct Entry: Sendable, Hashable {
        /// As the call has it.
        package var source: String
        /// Of a module of a registry: the chosen version.
        package var version: String?
        /// Where it came from in the end, without secrets: a URL with the commit, …
        package var resolved: String
        /// Of all files of the package.
        package var sha256: String
        /// The module in its package; empty for the top.
        package var subdirectory: String
    }

    /// By the names of the calls that lead to it: `network.subnets`.
    package var entries: [String: Entry]

    package init(entries: [String: Entry] = [:]) { self.entries = entries }

    static func key(_ address: ModuleAddress) -> String { address.calls.joined(separator: ".") }

    /// As JSON, the same text for the same content.
    package var text: String {
        var lines: [String] = []
        for (key, entry) in entries.sorted(by: { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }) {
            var members = [("Key", key), ("Source", entry.source)]
            if let version = entry.version { members.append(("Version", version)) }
            members += [("Resolved", entry.resolved), ("SHA256", entry.sha256), ("Dir", entry.subdirectory)]
            lines.append("    {" + members.map { "\(Self.quoted($0.0)): \(Self.quoted($0.1))" }.joined(separator: ", ") + "}")
        }
        return "{\n  \"Version\": 1,\n  \"Modules\": [\n" + lines.joined(separator: ",\n") + "\n  ]\n}\n"
    }

    /// Reads ``text``.
    package init(_ text: String) throws(ModuleLockError) {
        let document: Value
        do { document = try JSONText.parse(text).value() } catch { throw ModuleLockError("it is no JSON: \(error)") }
        guard document.members?["Version"]?.numberValue?.int == 1 else { throw ModuleLockError("it is not of version 1") }
        guard let list = document.members?["Modules"]?.elements else { throw ModuleLockError("it has no list \"Modules\"") }
        entries = [:]
        for (index, item) in list.enumerated() {
            func text(_ name: String) throws(ModuleLockError) -> String {
                guard let text = item.members?[name]?.stringValue else {
                    throw ModuleLockError("Modules[\(index)] has no text \"\(name)\"")
                }
                return text
            }
            let subdirectory = try text("Dir")
            guard (try? ModulePackage.checked(subdirectory)) == subdirectory else {
                throw ModuleLockError("Modules[\(index)].Dir leads out of the package")
            }
            let entry = Entry(
                source: try text("Source"), version: item.members?["Version"]?.stringValue, resolved: try text("Resolved"),
                sha256: try text("SHA256"), subdirectory: subdirectory)
            guard entries.updateValue(entry, forKey: try text("Key")) == nil else {
                throw ModuleLockError("Modules[\(index)] is there twice")
            }
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\" + String(scalar)
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                result += "\\u" + String(repeating: "0", count: scalar.value < 0x10 ? 3 : 2) + String(scalar.value, radix: 16)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

/// Why a lock file cannot be read.
package struct ModuleLockError: Error, Hashable, CustomStringConvertible {
    package var description: String
    init(_ description: String) { self.description = description }
}
