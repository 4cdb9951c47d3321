import HCL
import ProviderKit

/// Attributes as the published provider has them.
extension AttributeSchema {
    /// The identifier that objects of older SDKs have without declaring it.
    static var identifier: AttributeSchema { AttributeSchema(.string, .optionalComputed) }

    /// A change makes a new object.
    static func fixed(
        _ type: ValueType, _ presence: Presence = .optional, default fallback: Value? = nil, checks: [ValueCheck] = []
    ) -> AttributeSchema {
        let checks = type == .number ? checks + [.wholeNumber] : checks
        return AttributeSchema(type, presence, fallback: fallback, forcesReplacement: true, checks: checks)
    }

    /// A change is made in the object, or only steers this provider.
    static func changeable(
        _ type: ValueType, _ presence: Presence = .optional, default fallback: Value? = nil, checks: [ValueCheck] = []
    ) -> AttributeSchema {
        let checks = type == .number ? checks + [.wholeNumber] : checks
        return AttributeSchema(type, presence, fallback: fallback, checks: checks)
    }

    static func computed(_ type: ValueType) -> AttributeSchema { AttributeSchema(type, .computed) }
}

extension ValueCheck {
    static let notNegative = ValueCheck.range(0...(1 << 40))
}

extension NestedBlockSchema {
    /// A set of blocks.
    static func blocks(
        max: Int? = nil, _ attributes: [String: AttributeSchema], _ blocks: [String: NestedBlockSchema] = [:], isComputed: Bool = false
    ) -> NestedBlockSchema { .blocks(.set, max: max, attributes, blocks, isComputed: isComputed) }

    static func blocks(
        _ nesting: Nesting, max: Int? = nil, _ attributes: [String: AttributeSchema], _ blocks: [String: NestedBlockSchema] = [:],
        isComputed: Bool = false
    ) -> NestedBlockSchema {
        NestedBlockSchema(
            nesting, BlockSchema(attributes: attributes, blocks: blocks), countMax: max, forcesReplacement: true, isComputed: isComputed)
    }

    /// How long an operation may take.
    static var timeouts: NestedBlockSchema {
        let attributes = ["create", "update", "delete"].map { ($0, AttributeSchema(.string, .optional)) }
        return NestedBlockSchema(.single, BlockSchema(attributes: Dictionary(uniqueKeysWithValues: attributes)))
    }

    /// Blocks of the kind as a value.
    func value(_ elements: [Value]) -> Value {
        nesting == .set ? .set(elements, of: block.impliedType) : .list(elements, of: block.impliedType)
    }
}

extension BlockSchema {
    /// A value without unknown parts: what the template did not say is what the engine made of it, or null.
    ///
    /// - Parameter found: what the engine says, by attribute.
    func resolved(_ planned: Value, _ found: [String: Value]) -> Value {
        guard var members = planned.members else { return planned }
        for (name, attribute) in attributes where members[name].map({ !$0.isWhollyKnown }) ?? true {
            members[name] = found[name] ?? .null(attribute.type)
        }
        for (name, nested) in blocks {
            guard let value = members[name], value.isKnown else {
                members[name] = found[name] ?? (nested.nesting == .single ? .null(nested.impliedType) : nested.value([]))
                continue
            }
            guard !value.isWhollyKnown, let elements = value.elements else { continue }
            members[name] = nested.value(elements.map { nested.block.resolved($0, [:]) })
        }
        return .object(members)
    }
}
