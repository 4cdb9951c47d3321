import HCL
import ProviderKit
import TemplateConfiguration
import TemplateState
import Testing

@testable import Conformance

/// A plan that terraform made, read from what `show -json` says of it.
struct RealPlan {
    var plan: Plan
    /// `resource_changes` and `output_changes` as terraform wrote them.
    var document: JSONText

    init(_ json: String) throws {
        document = try JSONText.parse(json)
        plan = Plan(priorState: State(lineage: ""), timestamp: document["timestamp"]?.text ?? "")
        for node in document["resource_changes"]?.items ?? [] { plan.changes.append(try RealPlan.change(node)) }
        for (name, node) in document["output_changes"]?.members ?? [] {
            let isSensitive = node["after_sensitive"]?.flag ?? false
            plan.outputs[name] = OutputChange(
                action: try RealPlan.action(node), before: try RealPlan.value(node["before"], nil, nil),
                after: try RealPlan.value(node["after"], node["after_unknown"], nil), isSensitive: isSensitive)
        }
    }

    private static func change(_ node: JSONText) throws -> ResourceChange {
        let change = try #require(node["change"])
        let resource = ResourceAddress(
            try #require(ResourceAddress.Mode(rawValue: node["mode"]?.text ?? "")), node["type"]?.text ?? "", node["name"]?.text ?? "")
        let key: InstanceKey? = node["index"]?.integer.map { .integer($0) } ?? node["index"]?.text.map { .string($0) }
        // Modules in these tests have no keys.
        let words = (node["module_address"]?.text ?? "").split(separator: ".").map { String($0) }
        let module = ModuleInstanceAddress(words.filter { $0 != "module" }.map { .init($0) })
        let schema = resource.type == "terraform_data" ? Terraform.terraformData : Terraform.remoteState
        func object(_ side: String) throws -> Value {
            guard case .object = change[side] ?? .null else { return .null(schema.impliedType) }
            let value = try value(change[side], side == "after" ? change["after_unknown"] : nil, change["\(side)_sensitive"])
            var members = value.members ?? [:]
            for (name, attribute) in schema.attributes where members[name] == nil { members[name] = .null(attribute.type) }
            return .object(members)
        }
        var result = ResourceChange(
            address: ResourceInstanceAddress(module, resource, key), provider: ProviderConfigurationAddress(.root, .builtin),
            action: try action(change), before: try object("before"), after: try object("after"))
        result.reason = node["action_reason"]?.text.flatMap { ResourceChange.Reason(rawValue: $0) }
        result.replacePaths = (change["replace_paths"]?.items ?? []).map { ($0.items ?? []).compactMap { $0.text.map { .attribute($0) } } }
        result.previousAddress = try node["previous_address"]?.text.map { try ResourceInstanceAddress.parse($0) }
        result.deposedKey = node["deposed"]?.text
        result.importID = change["importing"]?["id"]?.text
        result.isImport = result.importID != nil
        return result
    }

    private static func action(_ node: JSONText) throws -> ResourceChange.Action {
        switch (node["actions"]?.items ?? []).compactMap(\.text) {
        case ["delete", "create"]: .replace
        case ["create", "delete"]: .createThenDelete
        case let words: try #require(ResourceChange.Action(rawValue: words.first ?? ""))
        }
    }

    /// Puts together what terraform has taken apart.
    private static func value(_ node: JSONText?, _ unknown: JSONText?, _ sensitive: JSONText?) throws -> Value {
        let value: Value
        if unknown?.flag == true {
            // Of the type, sensitivity tells whether it is an object or a tuple.
            switch sensitive {
            case .object?: value = .unknown(.emptyObject)
            case .array?: value = .unknown(.emptyTuple)
            default: value = .unknown(.dynamic)
            }
        } else {
            switch node {
            case .array(let items)?:
                value = .tuple(
                    try items.enumerated().map { try self.value($1, unknown?.items?[$0], sensitive?.items?[$0]) })
            case .object(let members)?:
                var result: [String: Value] = [:]
                for (name, member) in members { result[name] = try self.value(member, unknown?[name], sensitive?[name]) }
                for (name, flag) in unknown?.members ?? [] where result[name] == nil {
                    result[name] = try self.value(nil, flag, sensitive?[name])
                }
                value = .object(result)
            case let node: value = try node?.value() ?? .null()
            }
        }
        return sensitive?.flag == true ? value.marked(with: .sensitive) : value
    }
}
