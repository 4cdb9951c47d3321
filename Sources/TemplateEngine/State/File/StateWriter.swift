import HCL
import TemplateConfiguration

/// Writes a state file, still without space in it.
struct StateWriter {
    var state: State

    func text() throws(JSONEncodingError) -> String {
        var outputs: [String] = []
        for (name, output) in state.outputs.sortedByName { outputs.append("\(name.jsonQuoted):\(try text(output))") }
        let resources = state.resources.sorted { StateWriter.precedes($0.key, $1.key) }.map { text($0.key, $0.value) }
        let checks = state.checks.isEmpty ? "null" : JSONWriting.array(state.checks.map(text))
        return JSONWriting.object([
            ("version", "4"), ("terraform_version", state.terraformVersion.jsonQuoted), ("serial", String(state.serial)),
            ("lineage", state.lineage.jsonQuoted), ("outputs", "{" + outputs.joined(separator: ",") + "}"),
            ("resources", JSONWriting.array(resources)), ("check_results", checks),
        ])
    }

    private func text(_ output: OutputState) throws(JSONEncodingError) -> String {
        let type = output.value.type
        return JSONWriting.object([
            ("value", try output.value.jsonEncoded(as: type)), ("type", type.typeJSON), ("sensitive", output.isSensitive ? "true" : nil),
        ])
    }

    // MARK: Resources

    /// The order of the file: modules by the text of their address, in them by mode, type and name.
    private static func precedes(_ left: AbsoluteResourceAddress, _ right: AbsoluteResourceAddress) -> Bool {
        func words(_ address: AbsoluteResourceAddress) -> [String] {
            [address.module.description, address.resource.mode.rawValue, address.resource.type, address.resource.name]
        }
        for (a, b) in zip(words(left), words(right)) where a != b { return a.utf8.lexicographicallyPrecedes(b.utf8) }
        return false
    }

    private func text(_ address: AbsoluteResourceAddress, _ resource: ResourceState) -> String {
        let instances = resource.instances.sorted { $0.key.precedes($1.key) }
        var objects: [String] = []
        for (key, instance) in instances {
            if let current = instance.current { objects.append(text(key, nil, current)) }
            for (deposedKey, object) in instance.deposed.sortedByName { objects.append(text(key, deposedKey, object)) }
        }
        return JSONWriting.object([
            ("module", address.module.isRoot ? nil : address.module.description.jsonQuoted),
            ("mode", address.resource.mode.rawValue.jsonQuoted), ("type", address.resource.type.jsonQuoted),
            ("name", address.resource.name.jsonQuoted), ("provider", resource.provider.description.jsonQuoted),
            ("instances", JSONWriting.array(objects)),
        ])
    }

    func text(_ key: InstanceKey?, _ deposedKey: String?, _ object: ObjectState) -> String {
        JSONWriting.object([
            ("index_key", key?.json), ("status", object.isTainted ? "\"tainted\"" : nil), ("deposed", deposedKey?.jsonQuoted),
            ("schema_version", String(object.schemaVersion)), ("attributes", object.attributes.escapingMarkup),
            ("sensitive_attributes", JSONWriting.array(object.sensitivePaths.map { JSONWriting.array($0.map(text)) })),
            ("identity_schema_version", object.identitySchemaVersion.map { String($0) }), ("identity", object.identity?.escapingMarkup),
            ("private", object.privateData?.jsonQuoted),
            (
                "dependencies",
                object.dependencies.isEmpty ? nil : JSONWriting.array(object.dependencies.map(\.description.jsonQuoted))
            ), ("create_before_destroy", object.createBeforeDestroy ? "true" : nil),
        ])
    }

    private func text(_ step: PathStep) -> String {
        switch step {
        case .attribute(let name): JSONWriting.object([("type", "\"get_attr\""), ("value", name.jsonQuoted)])
        case .index(let key):
            JSONWriting.object([
                ("type", "\"index\""),
                (
                    "value",
                    JSONWriting.object([
                        ("value", key.stringValue?.jsonQuoted ?? key.numberValue?.jsonText ?? "null"), ("type", key.type.typeJSON),
                    ])
                ),
            ])
        }
    }

    // MARK: Checks

    private func text(_ check: CheckState) -> String {
        JSONWriting.object([
            ("object_kind", check.kind.rawValue.jsonQuoted), ("config_addr", check.configuredAddress.jsonQuoted),
            ("status", check.status.rawValue.jsonQuoted),
            ("objects", check.instances.isEmpty ? "null" : JSONWriting.array(check.instances.map(text))),
        ])
    }

    private func text(_ instance: CheckState.Instance) -> String {
        let messages = instance.failureMessages.map(\.jsonQuoted)
        return JSONWriting.object([
            ("object_addr", instance.address.jsonQuoted), ("status", instance.status.rawValue.jsonQuoted),
            ("failure_messages", messages.isEmpty ? nil : JSONWriting.array(messages)),
        ])
    }
}

extension String {
    /// A JSON text with what could be taken for markup written as escapes.
    fileprivate var escapingMarkup: String {
        guard unicodeScalars.contains(where: { "<>&\u{2028}\u{2029}".unicodeScalars.contains($0) }) else { return self }
        // These stand in strings only.
        return unicodeScalars.map { scalar in
            switch scalar {
            case "<": "\\u003c"
            case ">": "\\u003e"
            case "&": "\\u0026"
            case "\u{2028}": "\\u2028"
            case "\u{2029}": "\\u2029"
            default: String(scalar)
            }
        }.joined()
    }
}
