import HCL
import ProviderKit

/// The rules of one resource type or data source beyond its schema.
struct CoderRules: Sendable {
    /// An attribute that excludes others; paths as `validation.0.min`.
    struct Conflict: Sendable {
        var path: String
        var others: [String]

        init(_ path: String, _ others: String...) {
            self.path = path
            self.others = others
        }
    }

    var attributes: [AttributeRule] = []
    var conflicts: [Conflict] = []
    /// Rules about several attributes.
    var whole: @Sendable (Value) -> [ProviderFinding] = { _ in [] }

    func findings(_ configuration: Value, _ schema: BlockSchema) -> [ProviderFinding] {
        conflicts.compactMap { Self.finding($0, in: configuration) } + attributes.flatMap { $0.findings(configuration) }
            + Self.fractions(configuration, schema, at: []) + whole(configuration)
    }

    private static func finding(_ conflict: Conflict, in configuration: Value) -> ProviderFinding? {
        guard let (value, path) = given(conflict.path, in: configuration), !value.isNull else { return nil }
        // One that is not known yet may turn out to be null.
        for other in conflict.others {
            guard let (value, _) = given(other, in: configuration), value.isKnown, !value.isNull else { continue }
            return .error("Conflicting configuration arguments", "\(conflict.path.goQuoted): conflicts with \(other)", at: path)
        }
        return nil
    }

    /// What is configured at a path; nil if there is nothing.
    private static func given(_ path: String, in configuration: Value) -> (Value, AttributePath)? {
        var value = configuration
        var place: AttributePath = []
        for step in path.split(separator: ".") {
            if let index = Int(step) {
                guard let elements = value.elements, elements.indices.contains(index) else { return nil }
                value = elements[index]
                place = place.index(index)
            } else {
                guard let member = value.members?[String(step)] else { return nil }
                value = member
                place = place.attribute(String(step))
            }
        }
        // No blocks are nothing; an empty map is something.
        return value.elements?.isEmpty == true ? nil : (value, place)
    }

    /// All numbers of the provider are whole ones.
    private static func fractions(_ object: Value, _ block: BlockSchema, at path: AttributePath) -> [ProviderFinding] {
        guard let members = object.members else { return [] }
        let own: [ProviderFinding] = object.sortedMembers.compactMap { name, value in
            guard block.attributes[name] != nil, let number = value.numberValue, number.int == nil else { return nil }
            return .error("Attribute must be a whole number, got \(number.text)", at: path.attribute(name))
        }
        let nested: [ProviderFinding] = block.blocks.sorted { $0.key < $1.key }.flatMap { name, nested in
            (members[name]?.elements ?? []).enumerated().flatMap { index, element in
                fractions(
                    element, nested.block,
                    at: path.attribute(name) + [.index(nested.nesting == .set ? element : .integer(index))])
            }
        }
        return own + nested
    }
}
