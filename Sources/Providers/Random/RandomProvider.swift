import HCL
package import ProviderKit

/// `hashicorp/random`: random values that stay as they are once made.
package struct RandomProvider: Provider {
    package static let source = "hashicorp/random"

    package init() {}

    private static let types: [String: any ResourceType] = [
        "random_bytes": RandomBytes(),
        "random_id": RandomID(),
        "random_integer": RandomInteger(),
        "random_password": RandomText(isPassword: true),
        "random_pet": RandomPet(),
        "random_shuffle": RandomShuffle(),
        "random_string": RandomText(isPassword: false),
        "random_uuid": RandomUUIDResource(version: nil),
        "random_uuid4": RandomUUIDResource(version: 4),
        "random_uuid7": RandomUUIDResource(version: 7),
    ]

    package var resourceTypeNames: [String] { Self.types.keys.sorted() }

    package func resourceType(_ name: String) -> (any ResourceType)? { Self.types[name] }
}

extension AttributeSchema {
    /// What every random resource has: values that keep the result as long as they stay the same.
    static let keepers = AttributeSchema(
        .map(.string), .optional, "Arbitrary map of values that, when changed, will trigger recreation of the resource.")

    /// A result.
    static func result(_ description: String, _ type: ValueType = .string, isSensitive: Bool = false) -> AttributeSchema {
        AttributeSchema(type, .computed, isSensitive: isSensitive, description)
    }

    /// What the result is made by; another one makes another result.
    static func input(_ type: ValueType, _ description: String, _ presence: Presence = .optional, fallback: Value? = nil) -> AttributeSchema
    {
        AttributeSchema(
            type, presence, fallback: fallback, forcesReplacement: true, description, checks: type == .number ? [.wholeNumber] : [])
    }
}

extension ProviderError {
    /// For an identifier of `import` that cannot be read.
    static func randomImport(_ kind: String, _ what: String, _ reason: String) -> ProviderError {
        ProviderError("Import Random \(kind) Error", "\(what)\n\nOriginal Error: \(reason)")
    }
}

/// Random bytes of the system.
enum RandomSource {
    /// More make no sense, and would have to be kept in the state.
    static let sizeMax = 64 << 10

    static func bytes(_ count: Int, of attribute: String) throws(ProviderError) -> [UInt8] {
        guard (0...sizeMax).contains(count) else {
            throw ProviderError(
                "Randomness Generation Error", "\(attribute) must be between 0 and \(sizeMax), got: \(count).", at: .attribute(attribute))
        }
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
