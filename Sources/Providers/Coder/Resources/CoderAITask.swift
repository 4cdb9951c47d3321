import HCL
import ProviderKit

/// `coder_ai_task`: what a program that works on a task is shown as.
enum CoderAITask {
    static func type(_ context: CoderContext) -> CoderResourceType {
        var type = CoderResourceType(block, rules: rules, context: context)
        type.correct = { change in
            let sidebar = change.configuration[attribute: "sidebar_app"]
            let isGiven = !change.configuration[attribute: "app_id"].isNull || sidebar.elements?.isEmpty == false || !sidebar.isKnown
            guard isGiven || !change.isCreate else { throw ProviderError("'app_id' must be set") }
        }
        type.complete = complete
        return type
    }

    private static func complete(_ members: inout [String: Value], _ context: CoderContext) throws {
        let task = context.variable("CODER_TASK_ID").lowercased()
        let isTask = CoderUUID.isValid(task) && task != CoderUUID.zero
        if isTask { members["id"] = .string(task) }
        members["enabled"] = .bool(isTask)
        let prompt = context.variable("CODER_TASK_PROMPT")
        members["prompt"] = prompt.isEmpty ? .null(.string) : .string(prompt)
        var app = members["app_id"]?.stringValue ?? ""
        if app.isEmpty { app = members["sidebar_app"]?.elements?.first?.string("id") ?? "" }
        guard !app.isEmpty else { throw ProviderError("'app_id' must be set") }
        members["app_id"] = .string(app)
    }

    private static let rules = CoderRules(
        attributes: [.uuid("app_id"), .uuid("sidebar_app.id")],
        conflicts: [.init("sidebar_app", "app_id"), .init("app_id", "sidebar_app")])

    private static let block = BlockSchema(
        attributes: [
            "id": .computed(.string), "prompt": .computed(.string), "enabled": .computed(.bool),
            "app_id": .fixed(.string, .optionalComputed),
        ],
        blocks: [
            "sidebar_app": NestedBlockSchema(
                .set,
                BlockSchema(
                    attributes: ["id": .required], deprecation: "This field has been deprecated in favor of the `app_id` field."),
                countMax: 1, forcesReplacement: true)
        ], description: "Use this resource to define Coder tasks.")
}
