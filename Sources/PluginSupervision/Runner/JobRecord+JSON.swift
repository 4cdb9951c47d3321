package import JSON
package import PluginLoading

extension JobRecord {
    /// As a document, to be kept by a store.
    package var json: JSONValue {
        // An action's arguments are not needed to recover from it.
        let name = if case .action = operation { "action" } else { operation.description }
        return [
            "version": 1, "id": .string(id.rawValue), "operation": .string(name), "operation_id": .string(operationID.rawValue),
            "plugin": .string(plugin.rawValue), "inputs": .string(inputs),
            "labels": .array(labels.map { ["key": .string($0.key), "value": .string($0.value)] }),
        ]
    }

    /// - Throws: ``PluginError`` with code `system` if the document is not one of ours.
    package init(_ json: JSONValue) throws(PluginError) {
        func text(_ json: JSONValue, _ key: String) throws(PluginError) -> String {
            guard let text = json[key]?.stringValue else { throw PluginError(.system, "\"\(key)\" is missing") }
            return text
        }
        guard json["version"]?.intValue == 1 else { throw PluginError(.system, "\"version\" is not 1") }
        let name = try text(json, "operation")
        guard let operation = name == "action" ? .action(id: "", arguments: []) : JobOperation(name: name) else {
            throw PluginError(.system, "\"operation\" is \"\(name)\"")
        }
        var labels: [Label] = []
        for label in json["labels"]?.arrayValue ?? [] { labels.append(Label(key: try text(label, "key"), value: try text(label, "value"))) }
        self.init(
            id: JobID(rawValue: try text(json, "id")), operation: operation,
            operationID: OperationID(rawValue: try text(json, "operation_id")),
            plugin: PluginID(rawValue: try text(json, "plugin")), labels: labels, inputs: try text(json, "inputs"))
    }
}
