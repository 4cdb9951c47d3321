import HCL
import ProviderKit

/// `coder_workspace_tags`: what a provisioner must have to build the template.
enum CoderWorkspaceTags {
    static func source(_ context: CoderContext) -> CoderDataSource {
        let block = BlockSchema(
            attributes: ["id": .identifier, "tags": .fixed(.map(.string))],
            description: "Use this data source to configure workspace tags to select provisioners.")
        return CoderDataSource(block, context: context) { members, context in members["id"] = .string(context.makeUUID()) }
    }
}

/// `coder_task`: the task that the workspace was made for.
enum CoderTask {
    static func source(_ context: CoderContext) -> CoderDataSource {
        let block = BlockSchema(
            attributes: ["id": .computed(.string), "prompt": .computed(.string), "enabled": .computed(.bool)],
            description: "Use this data source to read information about Coder Tasks.")
        return CoderDataSource(block, version: 0, context: context) { members, context in
            let task = context.variable("CODER_TASK_ID")
            let isNone = task.isEmpty || task == CoderUUID.zero
            guard isNone || CoderUUID.isValid(task) else {
                let reason = task.utf8.count == 36 ? "format" : "length: \(task.utf8.count)"
                throw ProviderError("invalid UUID \(reason)", "CODER_TASK_ID is \(task.goQuoted).")
            }
            members["id"] = .string(isNone ? context.makeUUID() : task)
            members["enabled"] = .bool(!isNone)
            members["prompt"] = .string(context.variable("CODER_TASK_PROMPT"))
        }
    }
}
