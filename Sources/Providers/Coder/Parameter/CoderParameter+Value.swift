import ProviderKit
package import HCL

extension CoderParameter {
    /// Reads a declaration from the configuration of a `coder_parameter`. What is not known yet counts as absent.
    package init(configuration: Value) {
        func text(_ name: String) -> String { configuration.string(name) ?? "" }
        let kind = text("type")
        self.init(
            name: text("name"), type: kind.isEmpty ? "string" : kind, formType: configuration.string("form_type"),
            defaultValue: configuration.string("default"),
            options: configuration.blocks("option").map { option in
                Option(
                    name: option.string("name") ?? "", value: option.string("value") ?? "",
                    description: option.string("description") ?? "", icon: option.string("icon") ?? "")
            },
            validation: configuration.blocks("validation").first.map { CoderParameterValidation(configuration: $0) },
            isMutable: configuration.bool("mutable") ?? false, isEphemeral: configuration.bool("ephemeral") ?? false,
            displayName: text("display_name"), description: text("description"), icon: text("icon"),
            order: configuration.integer("order") ?? 0, styling: configuration.string("styling") ?? "{}")
        // Before 0.11 the default could come from a variable of the template.
        if let variable = configuration.string("legacy_variable") { defaultValue = variable }
    }
}

extension CoderParameterValidation {
    init(configuration: Value) {
        self.init(
            min: configuration.integer("min"), max: configuration.integer("max"), monotonic: configuration.string("monotonic") ?? "",
            regex: configuration.string("regex") ?? "", error: configuration.string("error") ?? "")
        // In a stored object a bound that was not given is zero, and it says so beside it.
        if configuration.bool("min_disabled") == true { min = nil }
        if configuration.bool("max_disabled") == true { max = nil }
    }
}
