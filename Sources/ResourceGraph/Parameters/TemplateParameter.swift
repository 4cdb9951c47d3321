internal import JSON

/// A question to the user of a template. Member names are those of `coder_parameter`; values are text whatever their type.
package struct TemplateParameter: Sendable, Hashable {
    /// The type of the answer.
    package enum ValueType: String, Sendable, CaseIterable {
        /// Text.
        case string
        /// An integer.
        case number
        /// `true` or `false`.
        case bool
        /// A JSON list of strings.
        case listOfStrings = "list(string)"
    }

    /// How the question looks in a form.
    package enum FormType: String, Sendable, CaseIterable {
        /// Buttons of which one is pressed.
        case radio
        /// A menu.
        case dropdown
        /// A line of text.
        case input
        /// Several lines of text.
        case textarea
        /// A number on a scale.
        case slider
        /// A box to tick.
        case checkbox
        /// A switch.
        case toggle = "switch"
        /// A menu of which several are chosen.
        case multiSelect = "multi-select"
        /// Words that are typed one by one.
        case tagSelect = "tag-select"
    }

    /// An answer to choose.
    package struct Option: Sendable, Hashable {
        /// For people; unique in the parameter.
        package var name: String
        /// Unique in the parameter.
        package var value: String
        /// Markdown.
        package var description: String
        /// URL or path of a picture.
        package var icon: String?

        /// An answer.
        package init(name: String, value: String, description: String = "", icon: String? = nil) {
            self.name = name
            self.value = value
            self.description = description
            self.icon = icon
        }
    }

    /// Which way a number may go from one build to the next.
    package enum Monotonic: String, Sendable, CaseIterable {
        /// Up.
        case increasing
        /// Down.
        case decreasing
    }

    /// What an answer must satisfy.
    package struct Validation: Sendable, Hashable {
        /// The least number.
        package var min: Int?
        /// The greatest number.
        package var max: Int?
        /// What text must match.
        package var regex: String?
        /// What the user is told; may have `{min}`, `{max}` and `{value}` in it.
        package var error: String?
        /// Which way a number may go.
        package var monotonic: Monotonic?

        /// What an answer must satisfy.
        package init(min: Int? = nil, max: Int? = nil, regex: String? = nil, error: String? = nil, monotonic: Monotonic? = nil) {
            self.min = min
            self.max = max
            self.regex = regex
            self.error = error
            self.monotonic = monotonic
        }
    }

    /// Unique in the template.
    package var name: String
    /// For people.
    package var displayName: String
    /// Markdown.
    package var description: String
    /// The type of the answer.
    package var type: ValueType
    /// How it looks; nil: as the type suggests.
    package var formType: FormType?
    /// The answer if none is given.
    package var defaultValue: String?
    /// True if the answer may change after the workspace was made.
    package var isMutable: Bool
    /// True if the answer holds for one build only.
    package var isEphemeral: Bool
    /// Place among the others.
    package var order: Int
    /// URL or path of a picture.
    package var icon: String?
    /// Answers to choose from; empty: free.
    package var options: [Option]
    /// What the answer must satisfy.
    package var validation: Validation?
    /// True if an answer must be given.
    package var isRequired: Bool

    /// A question; most parts have a usual value.
    package init(
        name: String, displayName: String? = nil, description: String = "", type: ValueType = .string, formType: FormType? = nil,
        defaultValue: String? = nil, isMutable: Bool = false, isEphemeral: Bool = false, order: Int = 0, icon: String? = nil,
        options: [Option] = [], validation: Validation? = nil, isRequired: Bool = false
    ) {
        self.name = name
        self.displayName = displayName ?? name
        self.description = description
        self.type = type
        self.formType = formType
        self.defaultValue = defaultValue
        self.isMutable = isMutable
        self.isEphemeral = isEphemeral
        self.order = order
        self.icon = icon
        self.options = options
        self.validation = validation
        self.isRequired = isRequired
    }

    init(_ reader: inout MemberReader) {
        let name = reader.requiredString("name")
        self.init(
            name: name, displayName: reader.string("display_name") ?? name, description: reader.string("description") ?? "",
            type: reader.choice("type") ?? .string, formType: reader.choice("form_type"), defaultValue: reader.string("default"),
            isMutable: reader.bool("mutable") ?? false, isEphemeral: reader.bool("ephemeral") ?? false, order: reader.int("order") ?? 0,
            icon: reader.string("icon"), options: reader.objects("options", Self.readOption),
            validation: reader.block("validation", Self.readValidation), isRequired: reader.bool("required") ?? false)
        reader.refuseDuplicates("options", options.map(\.name))
        reader.refuseDuplicates("options", options.map(\.value))
        reader.refuseOthers()
    }

    private static func readOption(_ reader: inout MemberReader) -> Option {
        defer { reader.refuseOthers() }
        return Option(
            name: reader.requiredString("name"), value: reader.requiredString("value"), description: reader.string("description") ?? "",
            icon: reader.string("icon"))
    }

    private static func readValidation(_ reader: inout MemberReader) -> Validation {
        defer { reader.refuseOthers() }
        let validation = Validation(
            min: reader.int("min"), max: reader.int("max"), regex: reader.string("regex"), error: reader.string("error"),
            monotonic: reader.choice("monotonic"))
        if let min = validation.min, let max = validation.max, min > max { reader.fault("min", "must be at most \(max), is \(min)") }
        return validation
    }
}

extension TemplateParameter {
    var json: JSONValue {
        let json: JSONValue = [
            "name": .string(name), "display_name": .string(displayName), "description": .string(description),
            "type": .string(type.rawValue),
            "form_type": .optional(formType?.rawValue), "default": .optional(defaultValue), "mutable": .bool(isMutable),
            "ephemeral": .bool(isEphemeral), "order": JSONValue(order), "icon": .optional(icon), "options": .array(options.map(json(of:))),
            "validation": validation.map(json(of:)) ?? .null, "required": .bool(isRequired),
        ]
        return json.withoutNulls
    }

    private func json(of option: Option) -> JSONValue {
        let json: JSONValue = [
            "name": .string(option.name), "value": .string(option.value), "description": .string(option.description),
            "icon": .optional(option.icon),
        ]
        return json.withoutNulls
    }

    private func json(of validation: Validation) -> JSONValue {
        let json: JSONValue = [
            "min": validation.min.map { JSONValue($0) } ?? .null, "max": validation.max.map { JSONValue($0) } ?? .null,
            "regex": .optional(validation.regex), "error": .optional(validation.error),
            "monotonic": .optional(validation.monotonic?.rawValue),
        ]
        return json.withoutNulls
    }
}
