import Providers
import ResourceGraph

extension TemplateParameter {
    /// A question as the model has it. What the model cannot say, because it is wrong, is left out; the findings say so.
    init(_ declaration: CoderParameter, form: CoderParameterForm?) {
        self.init(
            name: declaration.name, displayName: declaration.displayName.isEmpty ? nil : declaration.displayName,
            description: declaration.description, type: ValueType(rawValue: declaration.type) ?? .string,
            formType: form.flatMap { FormType(rawValue: $0.rawValue) }, defaultValue: declaration.defaultValue,
            isMutable: declaration.isMutable, isEphemeral: declaration.isEphemeral, order: declaration.order,
            icon: declaration.icon.isEmpty ? nil : declaration.icon, options: Self.options(declaration.options),
            validation: declaration.validation.map { Validation($0) }, isRequired: !declaration.isOptional)
    }

    private static func options(_ options: [CoderParameter.Option]) -> [Option] {
        var names: Set<String> = []
        var values: Set<String> = []
        return options.compactMap { option in
            guard !names.contains(option.name), !values.contains(option.value) else { return nil }
            names.insert(option.name)
            values.insert(option.value)
            return Option(
                name: option.name, value: option.value, description: option.description, icon: option.icon.isEmpty ? nil : option.icon)
        }
    }
}

extension TemplateParameter.Validation {
    init(_ rule: CoderParameterValidation) {
        let isPossible = rule.min.flatMap { min in rule.max.map { min <= $0 } } ?? true
        self.init(
            min: isPossible ? rule.min : nil, max: isPossible ? rule.max : nil, regex: rule.regex.isEmpty ? nil : rule.regex,
            error: rule.error.isEmpty ? nil : rule.error, monotonic: .init(rawValue: rule.monotonic))
    }
}
