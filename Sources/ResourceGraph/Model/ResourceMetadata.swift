internal import JSON

/// What the user is shown about a resource. Attribute names are those of `coder_metadata`.
package struct ResourceMetadata: Sendable, Hashable {
    /// A line.
    package struct Item: Sendable, Hashable {
        /// Unique in the metadata.
        package var key: String
        /// What is shown; nil: nothing.
        package var value: String?
        /// True if it is shown on request only.
        package var isSensitive: Bool
        /// True if the template gave no value, which is different from an empty one.
        package var isNull: Bool
    }

    /// Its address in the graph.
    package var address: String
    /// The address of the resource it is about.
    package var resource: String
    /// True if the resource is not shown.
    package var isHidden: Bool
    /// URL or path of a picture.
    package var icon: String?
    /// What the resource costs a day, in units of the deployment's choice.
    package var dailyCost: Int
    /// Lines, in their order.
    package var items: [Item]

    init(_ node: GraphNode, resource: String, _ reader: inout MemberReader) {
        address = node.address
        self.resource = resource
        isHidden = reader.bool("hide") ?? false
        icon = reader.string("icon")
        dailyCost = reader.int("daily_cost") ?? 0
        // The provider's block is called `item`; a list of them reads better as `items`. Both are taken.
        items = reader.objects("items", Self.readItem) + reader.objects("item", Self.readItem)
        var keys: Set<String> = []
        for item in items where !keys.insert(item.key).inserted {
            reader.fault("items", "key \(JSONValue.string(item.key).serialized()) occurs twice")
        }
    }

    private static func readItem(_ reader: inout MemberReader) -> Item {
        let value = reader.string("value")
        return Item(
            key: reader.requiredString("key"), value: value, isSensitive: reader.bool("sensitive") ?? false,
            isNull: reader.bool("is_null") ?? (value == nil && !reader.isUnknown("value")))
    }
}
