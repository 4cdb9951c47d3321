package import JSON

/// What a template asks of its user: the document "parameters" that a plugin publishes from parse and plan.
package struct TemplateParameters: Sendable, Hashable {
    /// A service the template needs a sign-in to.
    package struct ExternalAuth: Sendable, Hashable {
        /// The deployment's name for the service.
        package var id: String
        /// True if a build may go on without.
        package var isOptional: Bool

        /// A service.
        package init(id: String, isOptional: Bool = false) {
            self.id = id
            self.isOptional = isOptional
        }
    }

    /// What whoever imports the template sets.
    package var variables: [TemplateVariable]
    /// What the user sets for a workspace, in the order of the template.
    package var parameters: [TemplateParameter]
    /// Named sets of answers.
    package var presets: [TemplatePreset]
    /// Services that are needed.
    package var externalAuth: [ExternalAuth]
    /// Tags that a provisioner must have to build the template.
    package var tags: [String: String]

    /// What a template asks, from its parts.
    package init(
        variables: [TemplateVariable] = [], parameters: [TemplateParameter] = [], presets: [TemplatePreset] = [],
        externalAuth: [ExternalAuth] = [], tags: [String: String] = [:]
    ) {
        self.variables = variables
        self.parameters = parameters
        self.presets = presets
        self.externalAuth = externalAuth
        self.tags = tags
    }

    /// Reads a document; members that we do not know are refused.
    ///
    /// - Throws: ``TemplateParametersError`` with everything that is wrong.
    package init(json: JSONValue) throws(TemplateParametersError) {
        var reader = MemberReader(json)
        variables = reader.objects("variables", TemplateVariable.init)
        parameters = reader.objects("parameters", TemplateParameter.init)
        presets = reader.objects("presets", TemplatePreset.init)
        externalAuth = reader.objects("external_auth") { reader in
            defer { reader.refuseOthers() }
            return ExternalAuth(id: reader.requiredString("id"), isOptional: reader.bool("optional") ?? false)
        }
        tags = reader.strings("tags")
        reader.refuseOthers()
        reader.refuseDuplicates("variables", variables.map(\.name))
        reader.refuseDuplicates("parameters", parameters.map(\.name))
        reader.refuseDuplicates("presets", presets.map(\.name))
        reader.refuseDuplicates("external_auth", externalAuth.map(\.id))
        let defaults = presets.filter(\.isDefault).count
        if defaults > 1 { reader.fault("presets", "at most one can be the default, \(defaults) are") }
        guard reader.faults.isEmpty else { throw TemplateParametersError(reader.faults.map { "\($0.pointer) \($0.message)" }) }
    }

    /// The document.
    package var json: JSONValue {
        [
            "variables": .array(variables.map(\.json)),
            "parameters": .array(parameters.map(\.json)),
            "presets": .array(presets.map(\.json)),
            "external_auth": .array(externalAuth.map { ["id": .string($0.id), "optional": .bool($0.isOptional)] }),
            "tags": .object(tags.mapValues { .string($0) }),
        ]
    }
}

extension MemberReader {
    /// Notes each name that is there twice.
    mutating func refuseDuplicates(_ member: String, _ names: [String]) {
        var seen: Set<String> = []
        for name in names where !seen.insert(name).inserted {
            fault(member, "\(JSONValue.string(name).serialized()) occurs twice")
        }
    }
}

extension JSONValue {
    /// The value without members that are null.
    var withoutNulls: JSONValue {
        guard case .object(let members) = self else { return self }
        return .object(members.filter { !$0.value.isNull })
    }

    /// Text, or null.
    static func optional(_ text: String?) -> JSONValue {
        text.map { .string($0) } ?? .null
    }
}
