import HCL
import ProviderKit

/// The data source `coder_parameter`: reads the answer to a question from the build.
enum CoderParameterSource {
    static func source(_ context: CoderContext) -> CoderDataSource {
        let fill: @Sendable (inout [String: Value], Value, CoderContext) throws -> Void = { members, configuration, context in
            let parameter = CoderParameter(configuration: configuration)
            let input = context.variables[BuildEnvironment.parameterVariable(name: parameter.name)]
            let previous = context.variables[BuildEnvironment.previousParameterVariable(name: parameter.name)]
            let outcome = parameter.evaluate(input: input, previous: previous)
            let errors = outcome.findings.filter { $0.severity == .error }
            guard errors.isEmpty || context.isLenient else { throw ProviderError(errors) }
            members["id"] = .string(context.makeUUID())
            members["optional"] = .bool(parameter.isOptional)
            members["value"] = .string(errors.isEmpty ? outcome.value : input ?? parameter.defaultValue ?? "")
            members["form_type"] = .string((outcome.form ?? .error).rawValue)
            if let legacy = members["legacy_variable"], !legacy.isNull { members["default"] = legacy }
            // A list without elements rather than none: the published provider always sets it.
            members["validation"] = .list(
                (members["validation"]?.elements ?? []).map(withBounds(parameter)), of: validationBlock.impliedType)
        }
        return CoderDataSource(block, rules: rules, context: context, configured: fill)
    }

    private static func withBounds(_ parameter: CoderParameter) -> (Value) -> Value {
        { rule in
            rule.setting([
                "min_disabled": .bool(parameter.validation?.min == nil), "max_disabled": .bool(parameter.validation?.max == nil),
            ])
        }
    }

    private static let rules = CoderRules(
        attributes: [
            .oneOf("type", CoderParameter.types), .oneOf("form_type", CoderParameterForm.allCases.map(\.rawValue)), .url("icon"),
            .url("option.icon"),
        ],
        conflicts: [.init("validation.0.regex", "validation.0.min", "validation.0.max", "validation.0.monotonic")]
    ) { configuration in
        // Each needs the other.
        zip(["legacy_variable_name", "legacy_variable"], ["legacy_variable", "legacy_variable_name"]).compactMap { name, other in
            guard !configuration[attribute: name].isNull, configuration[attribute: other].isNull else { return nil }
            let names = ["legacy_variable", "legacy_variable_name"].sorted().joined(separator: ",")
            return .error(
                "Missing required argument", "\(name.goQuoted): all of `\(names)` must be specified", at: .attribute(name))
        }
    }

    private static func optional(_ type: ValueType, fallback: Value? = nil, deprecation: String? = nil) -> AttributeSchema {
        AttributeSchema(type, .optional, fallback: fallback, deprecation: deprecation)
    }

    private static let legacy =
        "Effective from Coder v0.24.0, the parameter migration feature is no longer available. This attribute will be removed in the"
        + " nearest future."

    private static let validationBlock = BlockSchema(attributes: [
        "min": optional(.number), "max": optional(.number), "monotonic": optional(.string), "regex": optional(.string),
        "error": optional(.string), "min_disabled": .computed(.bool), "max_disabled": .computed(.bool),
    ])

    private static let block = BlockSchema(
        attributes: [
            "id": .identifier, "value": .computed(.string), "optional": .computed(.bool),
            "name": AttributeSchema(.string, .required), "type": optional(.string, fallback: .string("string")),
            "form_type": optional(.string), "styling": optional(.string, fallback: .string("{}")),
            "display_name": optional(.string), "description": optional(.string), "default": optional(.string), "icon": .text,
            "mutable": optional(.bool, fallback: .false), "ephemeral": optional(.bool, fallback: .false), "order": optional(.number),
            // Of versions 0.6.16 to 0.10.
            "legacy_variable": optional(.string, deprecation: legacy),
            "legacy_variable_name": optional(.string, deprecation: legacy),
        ],
        blocks: [
            "option": NestedBlockSchema(
                .list, BlockSchema(attributes: ["name": .required, "value": .required, "description": .text, "icon": .text]),
                forcesReplacement: true),
            "validation": NestedBlockSchema(.list, validationBlock, countMax: 1),
        ], description: "Use this data source to configure editable options for workspaces.")
}
