package import HCL
package import ProviderKit

/// A data source of the provider `coder` in a template, as far as it was evaluated.
package struct FormSource: Sendable {
    /// The instance in the template: `data.coder_parameter.region`, `module.ide.data.coder_parameter.version[0]`.
    package var address: String
    /// `coder_parameter`, `coder_workspace_preset`, …; what is of no interest to a form is passed over.
    package var type: String
    /// What the configuration says, by the schema; unknown values are possible.
    package var configuration: Value
    /// What was read; nil if nothing was, because the configuration is not known yet or reading failed.
    package var object: Value?

    package init(address: String, type: String, configuration: Value, object: Value? = nil) {
        self.address = address
        self.type = type
        self.configuration = configuration
        self.object = object
    }

    /// What is known of it: the configuration, or the object where that says more.
    var known: Value { configuration.isWhollyKnown ? configuration : object ?? configuration }
}

/// What a user has answered, in a form and in builds before.
package struct FormAnswers: Sendable {
    /// By the name of the parameter.
    package var inputs: [String: String]
    /// Values of the build before; empty for a workspace that is to be made.
    package var previous: [String: String]

    package init(inputs: [String: String] = [:], previous: [String: String] = [:]) {
        self.inputs = inputs
        self.previous = previous
    }

    /// What counts as the answer: this one, or that of the build before if it still holds. What a build is given, too.
    package func answer(to name: String, isEphemeral: Bool) -> String? { inputs[name] ?? (isEphemeral ? nil : previous[name]) }
}

/// Something that is right or wrong about a part of a template, and the part.
package struct FormFinding: Sendable, Hashable {
    package var finding: ProviderFinding
    /// Of the data source at fault; nil if it is none in particular.
    package var address: String?

    package init(_ finding: ProviderFinding, at address: String? = nil) {
        self.finding = finding
        self.address = address
    }
}
