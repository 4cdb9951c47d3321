import HCL
import JSON
import ProviderKit

/// Labels: blocks in a template, and what is put on every object beside them.
enum DockerLabels {
    /// Holds the key of the operation that made an object.
    static let operation = "berth.operation"

    static let block = BlockSchema(attributes: [
        "label": AttributeSchema(.string, .required, forcesReplacement: true, "Name of the label"),
        "value": AttributeSchema(.string, .required, forcesReplacement: true, "Value of the label"),
    ])

    /// The same on what can be changed.
    static let changeableBlock = BlockSchema(attributes: [
        "label": AttributeSchema(.string, .required, "Name of the label"),
        "value": AttributeSchema(.string, .required, "Value of the label"),
    ])

    /// A set of label blocks.
    static func blocks(isComputed: Bool = false) -> NestedBlockSchema {
        NestedBlockSchema(.set, block, forcesReplacement: true, isComputed: isComputed)
    }

    /// What blocks say.
    static func map(_ value: Value, _ name: String = "labels") -> [String: String] {
        let pairs = value.blocks(name).compactMap { block in block.string("label").map { ($0, block.string("value") ?? "") } }
        return Dictionary(pairs) { _, last in last }
    }

    /// What an object gets: labels of the template, of the deployment, and of the operation.
    static func all(_ planned: Value, _ operation: ProviderOperation) -> JSONValue {
        var labels = map(planned)
        labels.merge(operation.environment.labels) { _, ours in ours }
        labels[Self.operation] = operation.key
        return JSONValue(strings: labels)
    }

    /// What finds the objects of an operation; nil if it has no key.
    static func filter(_ operation: ProviderOperation) -> [String: [String]]? {
        operation.key.isEmpty ? nil : ["label": ["\(Self.operation)=\(operation.key)"]]
    }

    static func isMade(by operation: ProviderOperation, _ labels: JSONValue?) -> Bool {
        !operation.key.isEmpty && labels?[Self.operation]?.stringValue == operation.key
    }

    /// The blocks of a state as the labels of its object understand them: as they were, if the object has them all.
    static func understood(_ state: Value, _ labels: JSONValue?, _ operation: ProviderOperation) -> Value {
        let found = labels?.strings ?? [:]
        if map(state).allSatisfy({ found[$0.key] == $0.value }) { return state[attribute: "labels"] }
        let foreign = found.filter { operation.environment.labels[$0.key] == nil && $0.key != Self.operation }
        return value(foreign)
    }

    static func value(_ labels: [String: String]) -> Value {
        .set(
            labels.sorted { $0.key < $1.key }.map { .object(["label": .string($0.key), "value": .string($0.value)]) },
            of: block.impliedType)
    }
}
