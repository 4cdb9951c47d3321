package import JSON

/// What becomes of secret values when a model is written.
package enum SensitiveValues: Sendable, Hashable {
    /// They are written as `***`: for people and logs. Such a document need not be readable again.
    case redact
    /// They are written as they are: for storage.
    case include
}

extension ResourceGraph {
    /// The graph as a document, the same for equal graphs.
    package func json(sensitive: SensitiveValues) -> JSONValue {
        [
            "version": 1,
            "resources": .array(nodes.map { $0.json(sensitive: sensitive) }),
            "edges": .array(edges.map { ["kind": .string($0.kind.name), "from": .string($0.from), "to": .string($0.to)] }),
            "outputs": .array(
                outputs.map { output in
                    [
                        "name": .string(output.name), "sensitive": .bool(output.isSensitive),
                        "value": output.isSensitive && sensitive == .redact ? "***" : output.value,
                    ]
                }),
        ]
    }

    /// Reads a document that ``json(sensitive:)`` wrote with its secrets.
    ///
    /// - Throws: ``GraphError``, with code ``GraphIssue/invalidDocument`` if it is no such document.
    package init(json: JSONValue) throws(GraphError) {
        var document = MemberReader(json)
        let version = document.int("version")
        guard version == 1 else {
            throw GraphError(GraphIssue.invalidDocument, "", "/version must be 1, is \(json["version"]?.serialized() ?? "missing")")
        }
        let nodes = document.objects("resources", GraphNode.init)
        let edges = document.objects("edges") { reader in
            let kind = reader.requiredString("kind")
            let edge = EdgeKind.allCases.first { $0.name == kind }
            if edge == nil { reader.fault("kind", "is no kind of edge: \(JSONValue.string(kind).serialized())") }
            defer { reader.refuseOthers() }
            return GraphEdge(edge ?? .dependsOn, from: reader.requiredString("from"), to: reader.requiredString("to"))
        }
        let outputs = document.objects("outputs") { reader in
            defer { reader.refuseOthers() }
            return GraphOutput(
                name: reader.requiredString("name"), value: reader.value("value") ?? .null, isSensitive: reader.bool("sensitive") ?? false)
        }
        document.refuseOthers()
        guard document.faults.isEmpty else {
            throw GraphError(document.faults.map { GraphIssue(GraphIssue.invalidDocument, "", "\($0.pointer) \($0.message)") })
        }
        var builder = ResourceGraphBuilder()
        for node in nodes { try builder.add(node) }
        for edge in edges { try builder.add(edge) }
        for output in outputs { try builder.add(output) }
        self = try builder.build()
    }
}

extension GraphNode {
    func json(sensitive: SensitiveValues) -> JSONValue {
        var json: JSONValue = [
            "address": .string(address), "kind": .string(kind.name), "change": .string(change.name), "type": .string(type),
            "name": .string(name), "attributes": sensitive == .redact ? attributes.redacting(secrets) : attributes,
            "sensitive": .array(self.sensitive.map { .string($0.description) }), "unknown": .array(unknown.map { .string($0.description) }),
        ]
        if let remoteID { json["remote_id"] = .string(remoteID) }
        return json
    }

    init(_ reader: inout MemberReader) {
        let kindName = reader.requiredString("kind")
        let kind = NodeKind.allCases.first { $0.name == kindName }
        if kind == nil { reader.fault("kind", "is no kind of node: \(JSONValue.string(kindName).serialized())") }
        let changeName = reader.requiredString("change")
        let change = ResourceChange.allCases.first { $0.name == changeName }
        if change == nil { reader.fault("change", "is no change: \(JSONValue.string(changeName).serialized())") }
        self.init(
            kind: kind ?? .managed, change: change ?? .none, address: reader.requiredString("address"), type: reader.requiredString("type"),
            name: reader.requiredString("name"), remoteID: reader.string("remote_id"), attributes: reader.value("attributes") ?? [:],
            sensitive: Self.pointers("sensitive", &reader), unknown: Self.pointers("unknown", &reader))
        reader.refuseOthers()
    }

    private static func pointers(_ name: String, _ reader: inout MemberReader) -> [JSONPointer] {
        guard let value = reader.value(name) else { return [] }
        do throws(JSONPointerListError) {
            return try JSONPointer.list(value)
        } catch {
            reader.fault(name, error.message)
            return []
        }
    }
}
