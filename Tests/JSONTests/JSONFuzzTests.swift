import Foundation
import JSON
import Testing

struct JSONFuzzTests {
    @Test("random values survive being written and read")
    func roundTrips() throws {
        print("SEED=\(SeededGenerator.seed)")
        var generator = SeededGenerator()
        for _ in 0..<2_000 {
            let value = randomValue(depth: 5, &generator)
            let text = value.serialized()
            let pretty = value.serialized(pretty: true)
            #expect(try JSONValue(parsing: text) == value, "SEED=\(SeededGenerator.seed)")
            #expect(try JSONValue(parsing: pretty) == value, "SEED=\(SeededGenerator.seed)")
        }
    }

    @Test("what is accepted of random and damaged text, another parser accepts too")
    func acceptsNothingWrong() throws {
        print("SEED=\(SeededGenerator.seed)")
        var generator = SeededGenerator(1)
        let alphabet =
            Array("{}[]:,\"\\u0123456789abcdefnrtl+-.eE \n\t/*'NaIi\u{7f}".utf8) + [
                0, 1, 0x1F, 0x80, 0xC0, 0xC3, 0xA9, 0xED, 0xA0, 0xF0, 0x9F, 0xFF,
            ]
        for round in 0..<20_000 {
            var bytes: [UInt8]
            if round.isMultiple(of: 2) {
                bytes = (0..<Int.random(in: 0...24, using: &generator)).map { _ in alphabet.randomElement(using: &generator) ?? 0 }
            } else {
                bytes = randomValue(depth: 3, &generator).serializedBytes()
                for _ in 0..<Int.random(in: 1...3, using: &generator) where !bytes.isEmpty {
                    let index = bytes.indices.randomElement(using: &generator) ?? 0
                    switch Int.random(in: 0..<3, using: &generator) {
                    case 0: bytes.remove(at: index)
                    case 1: bytes[index] = alphabet.randomElement(using: &generator) ?? 0
                    default: bytes.insert(alphabet.randomElement(using: &generator) ?? 0, at: index)
                    }
                }
            }
            guard let value = try? bytes.withUnsafeBytes({ try JSONValue(parsing: $0) }) else { continue }
            let comment = Comment(rawValue: "SEED=\(SeededGenerator.seed) \(String(decoding: bytes, as: UTF8.self))")
            #expect(throws: Never.self, comment) {
                _ = try JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed)
            }
            #expect(try JSONValue(parsing: value.serialized()) == value, comment)
        }
    }

    private func randomValue(depth: Int, _ generator: inout SeededGenerator) -> JSONValue {
        switch Int.random(in: 0..<(depth > 0 ? 9 : 7), using: &generator) {
        case 0: return .null
        case 1: return .bool(.random(using: &generator))
        case 2: return .integer(Int64(bitPattern: generator.next()) >> Int64.random(in: 0..<64, using: &generator))
        case 3: return JSONValue(generator.next())
        case 4:
            let number = Double(bitPattern: generator.next())
            return .number(number.isFinite ? number : 0.5)
        case 5, 6: return .string(randomText(&generator))
        case 7: return .array((0..<Int.random(in: 0..<5, using: &generator)).map { _ in randomValue(depth: depth - 1, &generator) })
        default:
            var members: [String: JSONValue] = [:]
            for _ in 0..<Int.random(in: 0..<5, using: &generator) {
                let name = randomText(&generator).filter { $0 != "\0" }
                members[name.unicodeScalars.contains("\0") ? "" : name] = randomValue(depth: depth - 1, &generator)
            }
            return .object(members)
        }
    }

    private func randomText(_ generator: inout SeededGenerator) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0..<8, using: &generator) {
            let top: UInt32 = [0x7F, 0x7F, 0x2FF, 0xFFFF, 0x10FFFF].randomElement(using: &generator) ?? 0x7F
            if let scalar = Unicode.Scalar(UInt32.random(in: 0...top, using: &generator)) { text.append(scalar) }
        }
        return String(text)
    }
}
