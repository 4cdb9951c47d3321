package import JSON
import Glibc
import PluginABI

/// What a plugin says of itself without being loaded: `NAME.plugin.json` beside its library.
///
/// The shape is that of `manifest.schema.json`.
package struct PluginManifest: Sendable {
    package var id: PluginID
    package var name: String
    package var version: String
    package var abiMajor: UInt32
    package var abiMinorMin: UInt32
    package var abiMinorMax: UInt32
    package var capabilities: [String]
    package var extensions: [String]
    /// File name of the library, in the manifest's directory.
    package var library: String
    package var architecture: String
    /// Lower-case hexadecimal.
    package var sha256: String
    package var summary: String
    package var vendor: String
    package var homepage: String
    /// What the conformance kit runs the plugin with.
    package var conformance: JSONValue?

    /// The manifest's own file, absolute.
    package var path: String

    /// Files that end so are manifests.
    package static let suffix = ".plugin.json"
    /// A manifest is small; more is refused.
    package static let sizeMaxBytes = 1 << 20

    /// The directory that holds manifest and library.
    package var directory: String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return String(path[..<slash])
    }

    package var libraryPath: String { directory + "/" + library }

    /// - Throws: ``PluginError`` with code `manifest` that names the file and the member at fault.
    package init(path: String) throws(PluginError) {
        let text: [UInt8]
        do { text = try readFile(path, limit: Self.sizeMaxBytes) } catch {
            throw PluginError(.manifest, "manifest \(path)", cause: error)
        }
        let json: JSONValue
        do {
            json = try text.withUnsafeBytes { bytes throws(JSONError) in
                try JSONValue(parsing: bytes, limits: JSONLimits(maxSizeBytes: Self.sizeMaxBytes, maxDepth: 32))
            }
        } catch { throw PluginError(.manifest, "manifest \(path)", cause: error) }
        do { try self.init(json, path: path) } catch { throw PluginError(.manifest, "manifest \(path): \(error.message)") }
    }

    private init(_ json: JSONValue, path: String) throws(BorderError) {
        guard case .object(let members) = json else { throw BorderError("is not an object") }
        let known: Set = [
            "$schema", "manifest_version", "id", "name", "version", "abi", "capabilities", "extensions", "library", "arch", "sha256",
            "description", "vendor", "homepage", "conformance",
        ]
        if let stranger = members.keys.filter({ !known.contains($0) }).min() { throw BorderError("unknown member \"\(stranger)\"") }
        guard json["manifest_version"]?.intValue == 1 else { throw BorderError("\"manifest_version\" must be 1") }
        func text(_ key: String, required: Bool = true, lengthMax: Int = .max) throws(BorderError) -> String {
            guard let value = members[key] else {
                if required { throw BorderError("\"\(key)\" is missing") }
                return ""
            }
            guard let string = value.stringValue, !(required && string.isEmpty) else { throw BorderError("\"\(key)\" must be a text") }
            guard string.unicodeScalars.count <= lengthMax else {
                throw BorderError("\"\(key)\" has \(string.unicodeScalars.count) characters, more than \(lengthMax)")
            }
            return string
        }
        func texts(_ key: String, _ isValid: (String) -> Bool) throws(BorderError) -> [String] {
            guard let array = members[key]?.arrayValue else { throw BorderError("\"\(key)\" must be an array of texts") }
            let strings = array.compactMap(\.stringValue)
            guard strings.count == array.count else { throw BorderError("\"\(key)\" must be an array of texts") }
            for (index, string) in strings.enumerated() {
                guard isValid(string) else { throw BorderError("\"\(key)\" holds \(JSONValue.string(string).serialized()), which is none") }
                guard !strings[..<index].contains(string) else { throw BorderError("\"\(key)\" holds \"\(string)\" twice") }
            }
            return strings
        }
        let versions = members["abi"]?.objectValue ?? [:]
        if let stranger = versions.keys.filter({ !["major", "minor_min", "minor_max"].contains($0) }).min() {
            throw BorderError("\"abi\" has the unknown member \"\(stranger)\"")
        }
        func number(_ key: String) throws(BorderError) -> UInt32 {
            guard let value = members["abi"]?[key]?.intValue, let small = UInt32(exactly: value) else {
                throw BorderError("\"abi\" must have a whole number \"\(key)\"")
            }
            return small
        }
        id = PluginID(rawValue: try text("id"))
        guard PluginNames.isIdentifier(id.rawValue) else {
            throw BorderError("\"id\" is \"\(id)\", not a reverse domain name in lower case such as \"org.example.docker\"")
        }
        name = try text("name")
        guard PluginNames.isName(name) else { throw BorderError("\"name\" is \"\(name)\"; it may hold a to z, 0 to 9 and '-'") }
        version = try text("version")
        guard PluginNames.isSemanticVersion(version) else { throw BorderError("\"version\" is \"\(version)\", not a semantic version") }
        abiMajor = try number("major")
        guard abiMajor > 0 else { throw BorderError("\"abi\": \"major\" must be at least 1") }
        abiMinorMin = try number("minor_min")
        abiMinorMax = try number("minor_max")
        guard abiMinorMin <= abiMinorMax else { throw BorderError("\"abi\": minor_min is greater than minor_max") }
        capabilities = try texts("capabilities") { name in PluginDescriptor.Capabilities.named.contains { $0.0 == name } }
        extensions = members["extensions"] == nil ? [] : try texts("extensions", PluginNames.isExtension)
        library = try text("library", lengthMax: 255)
        guard !library.utf8.contains(where: { $0 == UInt8(ascii: "/") || $0 == 0 }), library != "..", library != "." else {
            throw BorderError("\"library\" is \"\(library)\"; it must be a file name in the manifest's directory")
        }
        architecture = try text("arch")
        guard ["x86_64", "aarch64"].contains(architecture) else {
            throw BorderError("\"arch\" is \(JSONValue.string(architecture).serialized()); it must be \"x86_64\" or \"aarch64\"")
        }
        sha256 = try text("sha256")
        let hexadecimal = Set("0123456789abcdef".utf8)
        guard sha256.utf8.count == 64, sha256.utf8.allSatisfy(hexadecimal.contains) else {
            throw BorderError("\"sha256\" must be 64 lower-case hexadecimal digits")
        }
        summary = try text("description", required: false, lengthMax: 500)
        vendor = try text("vendor", required: false, lengthMax: 200)
        homepage = try text("homepage", required: false, lengthMax: 1000)
        _ = try text("$schema", required: false)
        conformance = members["conformance"]
        if let conformance { try Self.check(conformance: conformance) }
        self.path = path
    }

    private static func check(conformance: JSONValue) throws(BorderError) {
        guard let members = conformance.objectValue else { throw BorderError("\"conformance\" must be an object") }
        for (key, value) in members.sorted(by: { $0.key < $1.key }) {
            switch key {
            case "configuration", "inputs":
                guard value.objectValue != nil else { throw BorderError("\"conformance\": \"\(key)\" must be an object") }
            case "source":
                guard value.stringValue?.isEmpty == false else { throw BorderError("\"conformance\": \"source\" must be a text") }
            default: throw BorderError("\"conformance\" has the unknown member \"\(key)\"")
            }
        }
    }

    /// Whether this host can load it at all, without opening the library.
    ///
    /// - Throws: ``PluginError`` with code `refused` or `load`.
    package func checkUsable() throws(PluginError) {
        guard abiMajor == BERTH_ABI_MAJOR else {
            throw PluginError(.refused, "speaks ABI \(abiMajor), this host speaks \(BERTH_ABI_MAJOR) (\(path))", plugin: id)
        }
        guard abiMinorMin <= BERTH_ABI_MINOR else {
            throw PluginError(
                .refused,
                "needs ABI \(abiMajor).\(abiMinorMin) or newer, this host speaks \(BERTH_ABI_MAJOR).\(BERTH_ABI_MINOR); update Berth (\(path))",
                plugin: id)
        }
        guard architecture == ELFHeader.architecture else {
            throw PluginError(.load, "is built for \(architecture), this host is \(ELFHeader.architecture) (\(path))", plugin: id)
        }
    }
}

/// What names and versions of plugins look like.
package enum PluginNames {
    /// `org.example.docker`: at least two parts of a to z, 0 to 9 and '-'.
    package static func isIdentifier(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return text.utf8.count <= 200 && parts.count >= 2 && parts.allSatisfy { isName(String(decoding: $0, as: UTF8.self)) }
    }

    /// `docker`: a to z, 0 to 9 and '-', not at either end.
    package static func isName(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard let first = bytes.first, let last = bytes.last, bytes.count <= 64 else { return false }
        func isAlphanumeric(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) }
        return isAlphanumeric(first) && isAlphanumeric(last) && bytes.allSatisfy { isAlphanumeric($0) || $0 == 0x2D }
    }

    /// `berth.actions/1`: at least two parts of a to z, 0 to 9 and '-', and a revision from 1 on.
    package static func isExtension(_ text: String) -> Bool {
        let halves = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard halves.count == 2, let first = halves[1].first, first != UInt8(ascii: "0") else { return false }
        let parts = halves[0].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
        return halves[1].allSatisfy(isDigit) && parts.count >= 2
            && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy { (0x61...0x7A).contains($0) || isDigit($0) || $0 == 0x2D } }
    }

    /// Semantic Versioning 2.0.0.
    package static func isSemanticVersion(_ text: String) -> Bool {
        guard text.utf8.count <= 100 else { return false }
        let build = text.split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
        let pre = build[0].split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        func isNumber(_ part: Substring) -> Bool {
            !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) } && (part.utf8.count == 1 || part.utf8.first != 0x30)
        }
        func isTag(_ tag: Substring, numbersChecked: Bool) -> Bool {
            tag.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
                !part.isEmpty
                    && part.utf8.allSatisfy {
                        (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || $0 == 0x2D
                    } && !(numbersChecked && part.utf8.allSatisfy { (0x30...0x39).contains($0) } && !isNumber(part))
            }
        }
        let core = pre[0].split(separator: ".", omittingEmptySubsequences: false)
        return core.count == 3 && core.allSatisfy(isNumber)
            && (pre.count == 1 || isTag(pre[1], numbersChecked: true)) && (build.count == 1 || isTag(build[1], numbersChecked: false))
    }
}
