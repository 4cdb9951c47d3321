import HCL
import JSON
import ProviderKit

/// Labels: blocks in a template, and what is put on every object beside them.
enum DockerLabels {
    /// Holds the key of the change that made an object: `berth.operation`, which a host gives, is that of all of a build's.
    static let operation = "berth.change"
    static let deployment = "berth.deployment"
    static let workspace = "berth.workspace"
    /// On an image that was made of a container: the container's name.
    static let snapshot = "berth.snapshot"
    /// What a deployment puts on its objects; a template's own labels of these names do not count.
    private static let names: Set = [deployment, workspace, operation, "berth.owner", "berth.build", "berth.operation"]

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
        JSONValue(strings: map(planned).merging(ours(operation)) { $1 })
    }

    /// What an object gets that the template says nothing of.
    static func ours(_ operation: ProviderOperation) -> [String: String] {
        operation.environment.labels.merging([Self.operation: operation.key]) { $1 }
    }

    /// Without what a deployment put there, whichever it was.
    static func foreign(_ labels: [String: String], _ operation: ProviderOperation) -> [String: String] {
        labels.filter { !names.contains($0.key) && operation.environment.labels[$0.key] == nil }
    }

    /// What finds the objects of an operation; nil if it has no key.
    static func filter(_ operation: ProviderOperation) -> [String: [String]]? {
        operation.key.isEmpty ? nil : ["label": ["\(Self.operation)=\(operation.key)"]]
    }

    static func isMade(by operation: ProviderOperation, _ labels: JSONValue?) -> Bool {
        !operation.key.isEmpty && labels?[Self.operation]?.stringValue == operation.key
    }

    /// Whether an object has only the labels of the image that it was made of, and so was made by somebody else.
    static func isInherited(_ labels: [String: String], from image: [String: String]?) -> Bool {
        guard let image, let key = image[operation] else { return false }
        return labels[operation] == key
    }

    /// The blocks of a state as the labels of its object understand them: as they were, if the object has them all.
    static func understood(_ state: Value, _ labels: JSONValue?, _ operation: ProviderOperation) -> Value {
        let found = labels?.strings ?? [:]
        if foreign(map(state), operation).allSatisfy({ found[$0.key] == $0.value }) { return state[attribute: "labels"] }
        return value(foreign(found, operation))
    }

    static func value(_ labels: [String: String]) -> Value {
        .set(
            labels.sorted { $0.key < $1.key }.map { .object(["label": .string($0.key), "value": .string($0.value)]) },
            of: block.impliedType)
    }
}
