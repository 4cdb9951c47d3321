import HCL
import ProviderKit

/// The document of a `cloudinit_config`: a MIME message with several parts, perhaps compressed.
///
/// Its bytes are those of the published provider. Compressed with gzip it holds the same, while the compressed bytes may differ:
/// another compressor made them.
enum CloudInitDocument {
    static let boundaryDefault = "MIMEBOUNDARY"
    static let contentTypeDefault = "text/plain"

    static func schema(isResource: Bool) -> BlockSchema {
        func attribute(
            _ type: ValueType, _ presence: AttributeSchema.Presence, _ fallback: Value? = nil, _ description: String
        ) -> AttributeSchema {
            AttributeSchema(type, presence, fallback: isResource ? fallback : nil, forcesReplacement: isResource, description)
        }
        let part = BlockSchema(
            attributes: [
                "content_type": attribute(.string, .optionalComputed, .string(contentTypeDefault), "The MIME type of the part."),
                "content": attribute(.string, .required, nil, "The body of the part."),
                "filename": attribute(.string, .optional, nil, "A file name for the header of the part."),
                "merge_type": attribute(.string, .optional, nil, "The `X-Merge-Type` header of the part."),
            ], description: "A part of the document; parts stay in order.")
        return BlockSchema(
            attributes: [
                "gzip": attribute(.bool, .optionalComputed, .true, "Whether the document is compressed; by default it is."),
                "base64_encode": attribute(
                    .bool, .optionalComputed, .true, "Whether the document is in base64; by default it is, and compressed it must be."),
                "boundary": attribute(.string, .optionalComputed, .string(boundaryDefault), "What stands between the parts."),
                "rendered": AttributeSchema(.string, .computed, "The document."),
                "id": AttributeSchema(.string, .computed, "A checksum of the document."),
            ],
            blocks: ["part": NestedBlockSchema(.list, part, countMin: 1, forcesReplacement: isResource)],
            deprecation: isResource ? "This resource is deprecated, please use the cloudinit_config data source instead." : nil)
    }

    static func validate(_ configuration: Value) -> [ProviderFinding] {
        var findings: [ProviderFinding] = []
        func checkLength(_ value: Value, _ path: AttributePath, _ name: String) {
            guard value.stringValue?.isEmpty == true else { return }
            findings.append(
                ProviderFinding(
                    .error, "Invalid Attribute Value Length", "Attribute \(name) string length must be at least 1, got: 0", at: path))
        }
        checkLength(configuration[attribute: "boundary"], .attribute("boundary"), "boundary")
        for (index, part) in configuration.blocks("part").enumerated() {
            checkLength(
                part[attribute: "content_type"], .attribute("part").index(index).attribute("content_type"), "part[\(index)].content_type")
        }
        let gzip = configuration[attribute: "gzip"]
        if gzip.isKnown, gzip.isNull || gzip.boolValue == true, configuration.bool("base64_encode") == false {
            findings.append(
                ProviderFinding(
                    .error, "Invalid Attribute Configuration", "Expected base64_encode to be set to true when gzip is true.",
                    at: .attribute("base64_encode")))
        }
        return findings
    }

    /// With what stands for attributes that are not given.
    static func withDefaults(_ configuration: Value) -> Value {
        let parts = configuration.blocks("part").map { part in
            part.string("content_type")?.isEmpty == false ? part : part.setting(["content_type": .string(contentTypeDefault)])
        }
        var defaults: [String: Value] = ["gzip": .true, "base64_encode": .true, "boundary": .string(boundaryDefault)]
        defaults = defaults.filter { configuration[attribute: $0.key].isNull }
        if let type = parts.first?.type { defaults["part"] = .list(parts, of: type) }
        return configuration.setting(defaults)
    }

    /// With the document and its checksum.
    static func rendered(_ planned: Value) throws(ProviderError) -> Value {
        let problem = "Unable to render cloudinit config to MIME multi-part file"
        let boundary = planned.string("boundary") ?? boundaryDefault
        if let reason = self.problem(boundary) { throw ProviderError(problem, reason, at: .attribute("boundary")) }
        var bytes = Array(text(planned.blocks("part"), boundary).utf8)
        if planned.bool("gzip") != false {
            do throws(FunctionError) {
                bytes = try Gzip.compress(bytes)
            } catch {
                throw ProviderError(problem, error.message)
            }
        }
        let isEncoded = planned.bool("base64_encode") != false
        let output = isEncoded ? Base64.encode(bytes) : String(decoding: bytes, as: UTF8.self)
        return planned.setting(["rendered": .string(output), "id": .string(String(checksum(Array(output.utf8))))])
    }

    private static func text(_ parts: [Value], _ boundary: String) -> String {
        var text = "Content-Type: multipart/mixed; boundary=\"\(boundary)\"\nMIME-Version: 1.0\r\n\r\n"
        for (index, part) in parts.enumerated() {
            text += (index == 0 ? "" : "\r\n") + "--\(boundary)\r\n"
            // In the order of their names.
            if let name = part.string("filename"), !name.isEmpty {
                text += "Content-Disposition: attachment; filename=\"\(name)\"\r\n"
            }
            text += "Content-Transfer-Encoding: 7bit\r\n"
            text += "Content-Type: \(part.string("content_type") ?? contentTypeDefault)\r\n"
            text += "Mime-Version: 1.0\r\n"
            if let merge = part.string("merge_type"), !merge.isEmpty { text += "X-Merge-Type: \(merge)\r\n" }
            text += "\r\n" + (part.string("content") ?? "")
        }
        return text + "\r\n--\(boundary)--\r\n"
    }

    /// Why a text cannot stand between parts.
    private static func problem(_ boundary: String) -> String? {
        let bytes = Array(boundary.utf8)
        guard (1...70).contains(bytes.count) else { return "mime: invalid boundary length" }
        let isValid = boundary.firstMatch(of: /^[A-Za-z0-9'()+_,\-.\/:=? ]*[A-Za-z0-9'()+_,\-.\/:=?]$/) != nil
        return isValid ? nil : "mime: invalid boundary character"
    }

    /// CRC-32 as of IEEE 802.3.
    static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var sum = UInt32.max
        for byte in bytes {
            sum ^= UInt32(byte)
            for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
        }
        return ~sum
    }
}
