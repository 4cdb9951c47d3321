import HCL
import ProviderKit
import TemplateConfiguration

/// What `terraform show -json` prints of a plan, but for `configuration` and `relevant_attributes`.
package struct PlanJSON {
    package var plan: Plan
    package var schemas: StateJSON.Schemas
    /// Whether planning found errors: then the plan is what was decided before them.
    package var isErrored: Bool

    package init(_ plan: Plan, isErrored: Bool = false, schemas: @escaping StateJSON.Schemas) {
        self.plan = plan
        self.isErrored = isErrored
        self.schemas = schemas
    }

    /// The whole document, on one line.
    package func text() throws -> String {
        let prior = plan.priorState
        let hasPrior = !prior.resources.isEmpty || !prior.outputs.isEmpty
        let changes = try plan.changes.map(change)
        let drift = try plan.drift.map(change)
        return JSONWriting.object([
            ("format_version", "\"1.2\""), ("terraform_version", prior.terraformVersion.jsonQuoted), ("variables", try variables()),
            ("planned_values", try plannedValues()), ("resource_drift", drift.isEmpty ? nil : JSONWriting.array(drift)),
            ("resource_changes", changes.isEmpty ? nil : JSONWriting.array(changes)),
            ("output_changes", plan.outputs.isEmpty ? nil : try outputChanges()),
            ("prior_state", hasPrior ? try StateJSON(prior, schemas: schemas).text() : nil),
            ("checks", plan.checks.isEmpty ? nil : ChecksJSON.text(plan.checks)), ("timestamp", plan.timestamp.jsonQuoted),
            ("applyable", String(!isErrored && plan.hasChanges)), ("complete", String(!isErrored && plan.targets.isEmpty)),
            ("errored", String(isErrored)),
        ])
    }

    /// The list `resource_changes`.
    package func resourceChanges() throws -> String { JSONWriting.array(try plan.changes.map(change)) }

    /// The object `output_changes`.
    package func outputChanges() throws -> String {
        var members: [(String, String?)] = []
        for (name, change) in plan.outputs.sortedByName {
            let after = change.after.unmarkedDeep().0
            let flag = String(change.isSensitive)
            members.append(
                (
                    name,
                    JSONWriting.object([
                        ("actions", JSONWriting.array(change.action.jsonNames.map(\.jsonQuoted))),
                        ("before", try change.before.unmarkedDeep().0.knownPart?.jsonEncoded()),
                        ("after", try after.knownPart?.jsonEncoded()),
                        ("after_unknown", after.isWhollyKnown ? "false" : try after.unknownFlags.jsonEncoded()),
                        ("before_sensitive", flag), ("after_sensitive", flag),
                    ])
                ))
        }
        return JSONWriting.object(members)
    }

    /// The list `checks`.
    package func checks() -> String { ChecksJSON.text(plan.checks) }

    private func variables() throws -> String? {
        var members: [(String, String?)] = []
        for (name, value) in plan.variables.sortedByName {
            let known = value.unmarkedDeep().0.knownPart
            members.append((name, JSONWriting.object([("value", try known?.jsonEncoded())])))
        }
        return members.isEmpty ? nil : JSONWriting.object(members)
    }

    // MARK: Changes

    private func change(_ change: ResourceChange) throws -> String {
        let block = schemas(change.address.resource, change.provider)?.block
        let before = block?.markingSensitive(change.before) ?? change.before
        let after = block?.markingSensitive(change.after) ?? change.after
        let importing = change.isImport ? JSONWriting.object([("id", change.importID?.jsonQuoted)]) : nil
        let paths = change.replacePaths.map { path in
            JSONWriting.array(
                path.map { step in
                    switch step {
                    case .attribute(let name): name.jsonQuoted
                    case .index(let key): key.stringValue?.jsonQuoted ?? key.numberValue?.jsonText ?? "null"
                    }
                })
        }
        let address = change.address
        let previous = change.previousAddress
        return JSONWriting.object([
            ("address", address.description.jsonQuoted), ("previous_address", previous?.description.jsonQuoted),
            ("module_address", address.module.isRoot ? nil : address.module.description.jsonQuoted),
            ("mode", address.resource.mode.rawValue.jsonQuoted), ("type", address.resource.type.jsonQuoted),
            ("name", address.resource.name.jsonQuoted), ("index", address.key?.json),
            ("provider_name", change.provider.provider.description.jsonQuoted), ("deposed", change.deposedKey?.jsonQuoted),
            (
                "change",
                JSONWriting.object([
                    ("actions", JSONWriting.array(change.action.jsonNames.map(\.jsonQuoted))),
                    ("before", try before.knownPart?.jsonEncoded()), ("after", try after.knownPart?.jsonEncoded()),
                    ("after_unknown", after.isWhollyKnown ? "{}" : try after.unknownFlags.jsonEncoded()),
                    ("before_sensitive", try before.sensitiveFlags.jsonEncoded()),
                    ("after_sensitive", try after.sensitiveFlags.jsonEncoded()),
                    ("replace_paths", paths.isEmpty ? nil : JSONWriting.array(paths)), ("importing", importing),
                ])
            ), ("action_reason", change.reason?.rawValue.jsonQuoted),
        ])
    }

    // MARK: Planned values

    private func plannedValues() throws -> String {
        var entries: [ModuleJSON.Entry] = []
        for change in plan.changes where change.deposedKey == nil && !change.after.isNull {
            let schema = schemas(change.address.resource, change.provider)
            let after = schema?.block.markingSensitive(change.after) ?? change.after
            let text = JSONWriting.object(
                ModuleJSON.identity(change.address) + [
                    ("provider_name", change.provider.provider.description.jsonQuoted),
                    ("schema_version", String(schema?.version ?? 0)), ("values", try after.knownPart?.jsonEncoded()),
                    ("sensitive_values", try after.sensitiveFlags.jsonEncoded()),
                ])
            entries.append(ModuleJSON.Entry(address: change.address, text: text))
        }
        var outputs: [(String, String?)] = []
        for (name, change) in plan.outputs.sortedByName where change.action != .delete {
            let after = change.after.unmarkedDeep().0
            outputs.append(
                (
                    name,
                    JSONWriting.object([
                        ("sensitive", String(change.isSensitive)), ("type", after.isWhollyKnown ? after.type.typeJSON : nil),
                        ("value", after.isWhollyKnown ? try after.jsonEncoded() : nil),
                    ])
                ))
        }
        // Here the order is that of the addresses' texts.
        return JSONWriting.object([
            ("outputs", outputs.isEmpty ? nil : JSONWriting.object(outputs)),
            (
                "root_module",
                ModuleJSON.tree(entries.sorted(byText: \.address.description))
            ),
        ])
    }
}

extension ResourceChange.Action {
    /// As the plan JSON has it: what is done, step by step.
    package var jsonNames: [String] {
        switch self {
        case .replace: ["delete", "create"]
        case .createThenDelete: ["create", "delete"]
        default: [rawValue]
        }
    }
}
