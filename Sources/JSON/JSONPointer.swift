/// A path into a JSON value, as RFC 6901 has it: `/metadata/0/key`.
public struct JSONPointer: Hashable, Sendable {
    /// The steps from the root, unescaped. Empty for the whole value.
    public let tokens: [String]

    /// The whole value.
    public static let root = JSONPointer(tokens: [])

    /// A pointer of the given steps, which are not escaped.
    public init(tokens: [String]) {
        self.tokens = tokens
    }

    /// Reads a pointer: empty text, or steps that each begin with `/`, in which `~0` is `~` and `~1` is `/`.
    ///
    /// - Throws: ``JSONError`` with code ``JSONError/Code/invalidPointer``.
    public init(_ text: String) throws(JSONError) {
        guard !text.isEmpty else {
            self = .root
            return
        }
        guard text.utf8.first == UInt8(ascii: "/") else { throw .at(0, .invalidPointer, "pointer does not begin with /") }
        var tokens: [String] = []
        var token: [UInt8] = []
        var isEscape = false
        for (offset, byte) in text.utf8.enumerated() {
            switch (byte, isEscape) {
            case (UInt8(ascii: "0"), true): token.append(UInt8(ascii: "~"))
            case (UInt8(ascii: "1"), true): token.append(UInt8(ascii: "/"))
            case (_, true):
                throw .at(offset, .invalidPointer, "pointer has a ~ that is followed by neither 0 nor 1")
            case (UInt8(ascii: "~"), _):
                isEscape = true
                continue
            case (UInt8(ascii: "/"), _):
                if offset > 0 { tokens.append(String(decoding: token, as: UTF8.self)) }
                token.removeAll()
            default:
                token.append(byte)
            }
            isEscape = false
        }
        guard !isEscape else {
            throw .at(text.utf8.count, .invalidPointer, "pointer has a ~ that is followed by neither 0 nor 1")
        }
        tokens.append(String(decoding: token, as: UTF8.self))
        self.init(tokens: tokens)
    }

    /// This pointer, one step further.
    public func appending(_ token: String) -> JSONPointer {
        JSONPointer(tokens: tokens + [token])
    }

    /// This pointer, one step further into an array.
    public func appending(_ index: Int) -> JSONPointer {
        appending(String(index))
    }

    /// What the pointer points at in `value`; nil if there is nothing.
    public func evaluate(_ value: JSONValue) -> JSONValue? {
        var current = value
        for token in tokens {
            let next: JSONValue? =
                switch current {
                case .object(let members): members[token]
                case .array: Self.index(token).flatMap { current[$0] }
                default: nil
                }
            guard let next else { return nil }
            current = next
        }
        return current
    }

    /// An index as the RFC writes it: digits, without a leading zero.
    static func index(_ token: String) -> Int? {
        guard !token.isEmpty, token.utf8.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
        guard token == "0" || token.utf8.first != 0x30 else { return nil }
        return Int(token)
    }
}

extension JSONPointer: CustomStringConvertible {
    /// The pointer as RFC 6901 writes it.
    public var description: String {
        var bytes: [UInt8] = []
        for token in tokens {
            bytes.append(UInt8(ascii: "/"))
            for byte in token.utf8 {
                switch byte {
                case UInt8(ascii: "~"): bytes.append(contentsOf: "~0".utf8)
                case UInt8(ascii: "/"): bytes.append(contentsOf: "~1".utf8)
                default: bytes.append(byte)
                }
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension JSONValue {
    /// What `pointer` points at; nil if there is nothing.
    public func value(at pointer: JSONPointer) -> JSONValue? {
        pointer.evaluate(self)
    }

    /// A copy in which whatever the pointers point at is replaced. Pointers to nothing change nothing.
    public func redacting(_ pointers: [JSONPointer], with replacement: JSONValue = "***") -> JSONValue {
        var copy = self
        for pointer in pointers {
            copy.replace(pointer.tokens[...], with: replacement)
        }
        return copy
    }

    private mutating func replace(_ tokens: ArraySlice<String>, with replacement: JSONValue) {
        guard let token = tokens.first else {
            self = replacement
            return
        }
        switch self {
        case .object(var members):
            // Letting go of our reference makes the change happen in place.
            self = .null
            members[token]?.replace(tokens.dropFirst(), with: replacement)
            self = .object(members)
        case .array(var elements):
            guard let index = JSONPointer.index(token), elements.indices.contains(index) else { return }
            self = .null
            elements[index].replace(tokens.dropFirst(), with: replacement)
            self = .array(elements)
        default:
            return
        }
    }
}
