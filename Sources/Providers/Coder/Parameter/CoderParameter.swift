import HCL
package import ProviderKit

/// A parameter as a template declares it, `data "coder_parameter"`: a question to the user, and which answers are allowed.
///
/// ``evaluate(input:previous:)`` is the whole truth about an answer, for builds and forms alike; it needs no build and no provider.
package struct CoderParameter: Sendable, Hashable {
    /// An answer to choose.
    package struct Option: Sendable, Hashable {
        package var name: String
        package var value: String
        package var description: String
        package var icon: String

        package init(name: String, value: String, description: String = "", icon: String = "") {
            self.name = name
            self.value = value
            self.description = description
            self.icon = icon
        }
    }

    /// What comes of an answer.
    package struct Outcome: Sendable, Hashable {
        /// The value of the parameter; empty if there is none, or if there are errors.
        package var value: String
        /// How the question looks, also if the declaration does not say.
        package var form: CoderParameterForm?
        /// What is wrong with declaration or answer.
        package var findings: [ProviderFinding]
    }

    /// Unique in the template.
    package var name: String
    /// `string`, `number`, `bool` or `list(string)`; anything else is found wrong.
    package var type: String
    /// How the question looks; nil: as the type suggests. Anything that is not a ``CoderParameterForm`` is found wrong.
    package var formType: String?
    /// The answer if none is given; nil makes one necessary.
    package var defaultValue: String?
    /// Answers to choose from; empty: free.
    package var options: [Option]
    package var validation: CoderParameterValidation?
    /// Whether the answer may change after the workspace was made.
    package var isMutable: Bool
    /// Whether the answer holds for one build only.
    package var isEphemeral: Bool
    package var displayName: String
    package var description: String
    package var icon: String
    /// Place among the others.
    package var order: Int
    /// How a form is to look, as a JSON object.
    package var styling: String

    package init(
        name: String, type: String = "string", formType: String? = nil, defaultValue: String? = nil, options: [Option] = [],
        validation: CoderParameterValidation? = nil, isMutable: Bool = false, isEphemeral: Bool = false, displayName: String = "",
        description: String = "", icon: String = "", order: Int = 0, styling: String = "{}"
    ) {
        self.name = name
        self.type = type
        self.formType = formType
        self.defaultValue = defaultValue
        self.options = options
        self.validation = validation
        self.isMutable = isMutable
        self.isEphemeral = isEphemeral
        self.displayName = displayName
        self.description = description
        self.icon = icon
        self.order = order
        self.styling = styling
    }

    /// Whether the user may leave the question unanswered.
    package var isOptional: Bool { defaultValue != nil }

    /// What is wrong if the answer is another one than in the build before; the provider itself lets it pass.
    package func mutabilityFinding(value: String, previous: String?) -> ProviderFinding? {
        guard !isMutable, let previous, previous != value else { return nil }
        return .error(
            "Immutable parameter changed",
            "Parameter \(name.goQuoted) is not mutable, so it can't be updated after creating a workspace.")
    }
}
