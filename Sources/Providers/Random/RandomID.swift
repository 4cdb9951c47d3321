import HCL
import ProviderKit

/// `random_id`: random bytes in several notations.
struct RandomID: ResourceType {
    var schema: Schema {
        Schema(
            BlockSchema(attributes: [
                "keepers": .keepers,
                "byte_length": .input(.number, "The number of random bytes to produce.", .required),
                "prefix": .input(.string, "Arbitrary string to prefix the output value with."),
                "b64_url": .result("The generated id in base64 with the URL-friendly alphabet."),
                "b64_std": .result("The generated id in base64."),
                "hex": .result("The generated id in hexadecimal digits."),
                "dec": .result("The generated id in decimal digits."),
                "id": .result("The generated id in base64 without prefix."),
            ]))
    }

    func plan(_ change: inout PlannedChange, _ operation: ProviderOperation) async throws { ReplacingMap.plan("keepers", &change) }

    func create(_ planned: Value, _ operation: ProviderOperation) async throws -> Value {
        let bytes = try RandomSource.bytes(planned.integer("byte_length") ?? 0, of: "byte_length")
        return planned.setting(Self.notations(bytes, prefix: planned.string("prefix") ?? ""))
    }

    func importState(id: String, _ operation: ProviderOperation) async throws -> Value {
        let separator = id.lastIndex(of: ",")
        let prefix = separator.map { String(id[..<$0]) } ?? ""
        let text = separator.map { String(id[id.index(after: $0)...]) } ?? id
        do throws(Base64.Corruption) {
            let bytes = try Self.decode(text)
            return schema.block.impliedType.nullAttributes.setting(Self.notations(bytes, prefix: prefix)).setting([
                "byte_length": .integer(bytes.count), "prefix": .optional(prefix.isEmpty ? nil : prefix),
            ])
        } catch {
            throw ProviderError.randomImport(
                "ID", "While attempting to import a random id there was a decoding error.",
                "illegal base64 data at input byte \(error.offset)")
        }
    }

    private static func notations(_ bytes: [UInt8], prefix: String) -> [String: Value] {
        let standard = Base64.encode(bytes)
        let url = String(standard.filter { $0 != "=" }.map { $0 == "+" ? "-" : $0 == "/" ? "_" : $0 })
        return [
            "id": .string(url), "b64_url": .string(prefix + url), "b64_std": .string(prefix + standard),
            "hex": .string(prefix + BytesText.hexadecimal.text(bytes)), "dec": .string(prefix + decimal(bytes)),
        ]
    }

    /// Reads base64 with the URL-friendly alphabet, without padding.
    private static func decode(_ text: String) throws(Base64.Corruption) -> [UInt8] {
        if let offset = text.utf8.enumerated().first(where: { "+/=\r\n".utf8.contains($0.element) })?.offset {
            throw Base64.Corruption(offset: offset)
        }
        let standard = String(text.map { $0 == "-" ? "+" : $0 == "_" ? "/" : $0 })
        return try Base64.decode(standard + String(repeating: "=", count: (4 - standard.utf8.count % 4) % 4))
    }

    /// The number whose big-endian bytes these are.
    static func decimal(_ bytes: [UInt8]) -> String {
        // Parts of nine digits, the lowest first.
        var parts: [UInt64] = [0]
        for byte in bytes {
            var carry = UInt64(byte)
            for index in parts.indices {
                let value = parts[index] << 8 + carry
                parts[index] = value % 1_000_000_000
                carry = value / 1_000_000_000
            }
            if carry > 0 { parts.append(carry) }
        }
        let rest = parts.dropLast().reversed().map { part in
            let digits = String(part)
            return String(repeating: "0", count: 9 - digits.utf8.count) + digits
        }
        return String(parts[parts.count - 1]) + rest.joined()
    }
}
