package import HCL
package import ProviderKit
package import TemplateConfiguration

/// What `terraform show -json` prints of a state.
package struct StateJSON {
    /// The schema of a type, by the provider it is from; nil if nobody has it.
    package typealias Schemas = @Sendable (ResourceAddress, ProviderConfigurationAddress) -> Schema?

    package var state: State
    package var schemas: Schemas

    package init(_ state: State, schemas: @escaping Schemas) {
        self.state = state
        self.schemas = schemas
    }

    /// The whole document, on one line.
    package func text() throws -> String {
        let isEmpty = state.resources.isEmpty && state.outputs.isEmpty
        return JSONWriting.object([
            ("format_version", "\"1.0\""), ("terraform_version", isEmpty ? nil : state.terraformVersion.jsonQuoted),
            ("values", isEmpty ? nil : try values()), ("checks", isEmpty || state.checks.isEmpty ? nil : ChecksJSON.text(state.checks)),
        ])
    }

    /// The outputs of the root module, as `terraform output -json` has them but for space.
    package func outputs() throws -> String {
        var members: [(String, String?)] = []
        for (name, output) in state.outputs.sortedByName {
            members.append(
                (
                    name,
                    JSONWriting.object([
                        ("sensitive", String(output.isSensitive)), ("value", try output.value.jsonEncoded()),
                        ("type", output.value.type.typeJSON),
                    ])
                ))
        }
        return JSONWriting.object(members)
    }

    private func values() throws -> String {
        var entries: [ModuleJSON.Entry] = []
        for (address, resource) in state.resources {
            for (key, instance) in resource.instances {
                let objects = [(nil, instance.current)] + instance.deposed.sortedByName.map { ($0.0, Optional($0.1)) }
                for case (let deposedKey, let object?) in objects {
                    entries.append(try entry(address.instance(key), deposedKey, object, resource.provider))
                }
            }
        }
        return JSONWriting.object([
            ("outputs", state.outputs.isEmpty ? nil : try outputs()), ("root_module", ModuleJSON.tree(entries.sorted { $0.precedes($1) })),
        ])
    }

    private func entry(
        _ address: ResourceInstanceAddress, _ deposedKey: String?, _ object: ObjectState, _ provider: ProviderConfigurationAddress
    ) throws -> ModuleJSON.Entry {
        guard let schema = schemas(address.resource, provider) else {
            throw StateFileError("no schema for \(address.resource.type) of provider \(provider.provider)", at: address.description)
        }
        let value = schema.block.markingSensitive(try object.value(as: schema.block.impliedType))
        let dependencies = object.dependencies.map(\.description.jsonQuoted)
        let text = JSONWriting.object(
            ModuleJSON.identity(address) + [
                ("provider_name", provider.provider.description.jsonQuoted), ("schema_version", String(object.schemaVersion)),
                ("values", try value.jsonEncoded()), ("sensitive_values", try value.sensitiveFlags.jsonEncoded()),
                ("depends_on", dependencies.isEmpty ? nil : JSONWriting.array(dependencies)),
                ("tainted", object.isTainted ? "true" : nil), ("deposed_key", deposedKey?.jsonQuoted),
            ])
        return ModuleJSON.Entry(address: address, deposedKey: deposedKey, text: text)
    }
}

extension BlockSchema {
    /// The value with marks where the schema says sensitive.
    func markingSensitive(_ value: Value) -> Value {
        guard case .members(var members) = value.content else { return value }
        for (name, attribute) in attributes where attribute.isSensitive {
            members[name] = members[name]?.marked(with: .sensitive)
        }
        for (name, nested) in blocks {
            guard let member = members[name] else { continue }
            members[name] = nested.markingSensitive(member)
        }
        var result = value
        result.content = .members(members)
        return result
    }
}

extension NestedBlockSchema {
    fileprivate func markingSensitive(_ value: Value) -> Value {
        var result = value
        switch (nesting, value.content) {
        case (.single, _), (.group, _): return block.markingSensitive(value)
        case (.set, .elements(let elements)):
            // Elements of a set have no marks of their own.
            return elements.contains { block.markingSensitive($0).containsMarks(.sensitive) } ? value.marked(with: .sensitive) : value
        case (_, .elements(let elements)): result.content = .elements(elements.map(block.markingSensitive))
        case (_, .members(let members)): result.content = .members(members.mapValues(block.markingSensitive))
        default: break
        }
        return result
    }
}
