internal import CCrypto

/// Universally unique identifiers, as RFC 4122 has them.
enum UUIDText {
    /// One made of random bits, all of them, as Terraform does it.
    static func random() throws(FunctionError) -> String {
        var bytes = [UInt8](repeating: 0, count: 16)
        guard RAND_bytes(&bytes, 16) == 1 else { throw FunctionError("failed to read random bytes") }
        return text(bytes)
    }

    /// One made of a name and the namespace it is in.
    static func named(_ name: String, namespace: String) throws(FunctionError) -> String {
        let space: [UInt8]
        switch namespace {
        case "dns": space = wellKnown(0x10)
        case "url": space = wellKnown(0x11)
        case "oid": space = wellKnown(0x12)
        case "x500": space = wellKnown(0x14)
        default:
            do throws(Fault) {
                space = try parse(namespace)
            } catch {
                throw FunctionError("uuidv5() doesn't support namespace \(namespace) (\(error.message))")
            }
        }
        var bytes = Array(Digest.sha1.hash(space + Array(name.utf8)).prefix(16))
        bytes[6] = bytes[6] & 0x0f | 0x50
        bytes[8] = bytes[8] & 0x3f | 0x80
        return text(bytes)
    }

    private static func wellKnown(_ number: UInt8) -> [UInt8] {
        [0x6b, 0xa7, 0xb8, number, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8]
    }

    private struct Fault: Error {
        var message: String
    }

    /// Reads `xxxxxxxx-xxxx-…`, perhaps in braces or as a URN, or 32 digits.
    private static func parse(_ text: String) throws(Fault) -> [UInt8] {
        var bytes = Array(text.utf8)
        switch bytes.count {
        case 36: break
        case 45:
            let prefix = bytes.prefix(9).text
            guard prefix.lowercased() == "urn:uuid:" else { throw Fault(message: "invalid urn prefix: \(prefix.goQuoted)") }
            bytes.removeFirst(9)
        case 38: bytes = Array(bytes[1..<37])
        case 32:
            bytes = Array([bytes[..<8], bytes[8..<12], bytes[12..<16], bytes[16..<20], bytes[20...]].joined(separator: [0x2d]))
        default: throw Fault(message: "invalid UUID length: \(bytes.count)")
        }
        guard [8, 13, 18, 23].allSatisfy({ bytes[$0] == 0x2d }) else { throw Fault(message: "invalid UUID format") }
        let digits = [bytes[..<8], bytes[9..<13], bytes[14..<18], bytes[19..<23], bytes[24...]].joined().map(digit)
        var result: [UInt8] = []
        for index in stride(from: 0, to: 32, by: 2) {
            guard let high = digits[index], let low = digits[index + 1] else { throw Fault(message: "invalid UUID format") }
            result.append(high << 4 | low)
        }
        return result
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    private static func text(_ bytes: [UInt8]) -> String {
        let digits = Array(BytesText.hexadecimal.text(bytes).utf8)
        return [digits[..<8], digits[8..<12], digits[12..<16], digits[16..<20], digits[20...]].map(\.text).joined(separator: "-")
    }
}
