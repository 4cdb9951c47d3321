import HCL
import ProviderKit

/// `coder_metadata`: what is shown of another resource.
enum CoderMetadata {
    static func type(_ context: CoderContext) -> CoderResourceType {
        var type = CoderResourceType(block, rules: CoderRules(attributes: [.url("icon")]), context: context)
        type.correct = correct
        type.complete = { members, _ in
            let items = (members["item"]?.elements ?? []).map { item in
                item.setting(["is_null": .bool(item[attribute: "value"].isNull)])
            }
            members["item"] = .list(items, of: itemBlock.impliedType)
        }
        return type
    }

    private static func correct(_ change: inout PlannedChange) throws {
        if let key = CoderAgent.firstRepeated(change.planned.blocks("item").compactMap { $0.string("key") }) {
            throw ProviderError("duplicate resource metadata key \(key.goQuoted)", at: .attribute("item"))
        }
        guard !change.isCreate, change.planned[attribute: "item"].isKnown else { return }
        // Whether a value is missing is stored, since a missing one is stored as empty text.
        let configured = change.configuration.blocks("item")
        let prior = change.prior.blocks("item")
        let items = change.planned.blocks("item").enumerated().map { index, item in
            guard configured.indices.contains(index) else { return item }
            let value = configured[index][attribute: "value"]
            guard value.isKnown else { return item }
            var item = item
            // A plan cannot say null where the state says empty; that the two differ shows here.
            if prior.indices.contains(index), prior[index].bool("is_null") != value.isNull, value.isNull {
                item = item.setting(["value": .null(.string)])
            }
            return item.setting(["is_null": .bool(value.isNull)])
        }
        change["item"] = .list(items, of: itemBlock.impliedType)
    }

    private static let itemBlock = BlockSchema(attributes: [
        "key": .required, "value": .text, "sensitive": .flag(false),
        "is_null": AttributeSchema(.bool, .computed, forcesReplacement: true),
    ])

    private static let block = BlockSchema(
        attributes: [
            "id": .identifier, "resource_id": .required, "hide": .flag(), "icon": .text, "daily_cost": .integer,
            // Of version 0.6.2.
            "cost": .fixed(.number, deprecation: "Use `daily_cost` instead."),
        ], blocks: ["item": NestedBlockSchema(.list, itemBlock, forcesReplacement: true)],
        description: "Use this resource to attach metadata to a resource.")
}
