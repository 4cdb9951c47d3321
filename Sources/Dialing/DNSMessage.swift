/// A question to a name server, and what is read from its answer.
struct DNSMessage {
    enum Kind: UInt16, CaseIterable {
        case ipv4 = 1
        case ipv6 = 28
    }

    enum Answer: Equatable {
        /// Packed addresses, of 4 or 16 bytes; none if the name has none of this kind.
        case addresses([[UInt8]])
        case noSuchName
        /// The answer does not fit a datagram.
        case truncated
        /// The server could not say; the number is its response code.
        case failure(UInt8)
    }

    var id: UInt16
    var name: String
    var kind: Kind

    /// The question as it is sent; nil if the name cannot be asked for.
    var bytes: [UInt8]? {
        var bytes: [UInt8] = [UInt8(id >> 8), UInt8(id & 0xFF), 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        guard let encoded = encodedName else { return nil }
        bytes += encoded
        bytes += [0, UInt8(kind.rawValue), 0, 1]
        return bytes
    }

    private var encodedName: [UInt8]? {
        var bytes: [UInt8] = []
        for label in name.split(separator: ".", omittingEmptySubsequences: false) {
            guard (1...63).contains(label.utf8.count), label.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { return nil }
            bytes.append(UInt8(label.utf8.count))
            bytes += label.utf8
        }
        bytes.append(0)
        return bytes.count <= 255 ? bytes : nil
    }

    /// Reads an answer; nil if it is none to this question, or no message at all.
    func answer(_ bytes: [UInt8]) -> Answer? {
        guard bytes.count >= 12, let question = self.bytes, number(bytes, 0) == Int(id), bytes[2] & 0x80 != 0 else { return nil }
        let asked = question[12...]
        guard number(bytes, 4) == 1, bytes.count >= 12 + asked.count,
            zip(bytes[12...], asked).allSatisfy({ lowercased($0) == lowercased($1) })
        else { return nil }
        if bytes[2] & 0x02 != 0 { return .truncated }
        switch bytes[3] & 0x0F {
        case 0: break
        case 3: return .noSuchName
        case let code: return .failure(code)
        }
        var at = 12 + asked.count
        var found: [[UInt8]] = []
        for _ in 0..<min(number(bytes, 6), 64) {
            guard let end = skipName(bytes, at), end + 10 <= bytes.count else { return nil }
            let length = number(bytes, end + 8)
            let data = end + 10
            guard data + length <= bytes.count else { return nil }
            let size = kind == .ipv4 ? 4 : 16
            // Aliases are followed by whoever answers us; what they lead to stands beside them.
            if number(bytes, end) == Int(kind.rawValue), number(bytes, end + 2) == 1, length == size {
                found.append(Array(bytes[data..<data + size]))
            }
            at = data + length
        }
        return .addresses(found)
    }

    private func lowercased(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte | 0x20 : byte }

    private func number(_ bytes: [UInt8], _ at: Int) -> Int { Int(bytes[at]) << 8 | Int(bytes[at + 1]) }

    /// Where a name ends. What a pointer leads to is not read, so that there is no circle.
    private func skipName(_ bytes: [UInt8], _ start: Int) -> Int? {
        var at = start
        while at < bytes.count {
            switch bytes[at] {
            case 0: return at + 1
            case 0xC0...0xFF: return at + 2 <= bytes.count ? at + 2 : nil
            case 1...63: at += Int(bytes[at]) + 1
            default: return nil
            }
        }
        return nil
    }
}
