import HCL
import ProviderKit

extension AttributeSchema {
    /// An attribute that makes a new object when it changes, as nearly all of the provider do.
    static func fixed(
        _ type: ValueType, _ presence: Presence = .optional, fallback: Value? = nil, deprecation: String? = nil
    ) -> AttributeSchema {
        AttributeSchema(type, presence, fallback: fallback, forcesReplacement: true, deprecation: deprecation)
    }

    static var required: AttributeSchema { .fixed(.string, .required) }
    static var text: AttributeSchema { .fixed(.string) }
    static var integer: AttributeSchema { .fixed(.number) }
    static var requiredInteger: AttributeSchema { .fixed(.number, .required) }
    static func flag(_ fallback: Bool? = nil) -> AttributeSchema { .fixed(.bool, fallback: fallback.map { .bool($0) }) }
    static func text(default text: String) -> AttributeSchema { .fixed(.string, fallback: .string(text)) }

    /// What the provider gives.
    static func computed(_ type: ValueType, sensitive: Bool = false, deprecation: String? = nil) -> AttributeSchema {
        AttributeSchema(type, .computed, isSensitive: sensitive, deprecation: deprecation)
    }

    /// The identifier that objects of older SDKs have without declaring it.
    static var identifier: AttributeSchema { AttributeSchema(.string, .optionalComputed) }
}

extension BlockSchema {
    /// A value as the published provider stores it. What is still unknown is null; inside of blocks, what is absent is empty.
    func stored(_ value: Value, isNested: Bool = false) -> Value {
        guard var members = value.members else { return value }
        for (name, attribute) in attributes {
            let member = members[name] ?? .null(attribute.type)
            if !member.isKnown { members[name] = .null(attribute.type) }
            if isNested, !member.isKnown || member.isNull, let empty = attribute.type.emptyValue { members[name] = empty }
        }
        for (name, nested) in blocks {
            guard let elements = members[name]?.elements else {
                members[name] = nested.value([])
                continue
            }
            members[name] = nested.value(elements.map { nested.block.stored($0, isNested: true) })
        }
        return .object(members)
    }

    /// A planned value in which everything that only differs from the prior one by being null instead of empty, is as it was:
    /// older SDKs do not tell these apart, and ``stored(_:isNested:)`` turned one into the other.
    func keepingEmpty(_ planned: Value, of prior: Value, isNested: Bool = false) -> Value {
        guard var members = planned.members, let old = prior.members else { return planned }
        for (name, attribute) in attributes {
            guard let member = members[name], member.isNull, let before = old[name], before == attribute.type.emptyValue else { continue }
            members[name] = before
        }
        for (name, nested) in blocks {
            guard let elements = members[name]?.elements, var candidates = old[name]?.elements else { continue }
            let isSet = nested.nesting == .set
            guard isSet || candidates.count == elements.count else { continue }
            members[name] = nested.value(
                elements.enumerated().map { index, element in
                    guard isSet else { return nested.block.keepingEmpty(element, of: candidates[index], isNested: true) }
                    for (place, candidate) in candidates.enumerated()
                    where nested.block.keepingEmpty(element, of: candidate, isNested: true) == candidate {
                        return candidates.remove(at: place)
                    }
                    return element
                })
        }
        return .object(members)
    }
}

extension NestedBlockSchema {
    /// Blocks as a value.
    func value(_ elements: [Value]) -> Value {
        nesting == .set ? .set(elements, of: block.impliedType) : .list(elements, of: block.impliedType)
    }
}

extension ValueType {
    /// What stands for "nothing" where there is no null.
    fileprivate var emptyValue: Value? {
        switch self {
        case .string: .string("")
        case .number: .integer(0)
        case .bool: .false
        default: nil
        }
    }
}
