package import HCL
package import TemplateConfiguration

/// The instances that `count` or `for_each` asks for.
package enum Expansion: Sendable {
    /// One, without a key.
    case single
    case count(Int)
    /// What `each.value` is, by `each.key`.
    case forEach([String: Value])
    /// Instances with numbers or names as their keys, how many is not known.
    case unknown

    /// The keys in order; nil if they are not known.
    package var keys: [InstanceKey?]? {
        switch self {
        case .single: [nil]
        case .count(let count): (0..<count).map { .integer($0) }
        case .forEach(let items): items.sortedByName.map { .string($0.0) }
        case .unknown: nil
        }
    }
}

/// Computes `count` and `for_each`.
package struct RepetitionEvaluator {
    /// What the instances are wanted for.
    package enum Purpose: Sendable {
        /// Nothing is known of variables and resources; an unknown number of instances is fine.
        case validation
        /// Instances have to be known.
        case planning
    }

    private let scope: Scope
    private let purpose: Purpose

    package init(scope: Scope, for purpose: Purpose) {
        self.scope = scope
        self.purpose = purpose
    }

    /// With errors, the expansion is unknown.
    package func expand(_ repetition: Repetition) -> (expansion: Expansion, diagnostics: Diagnostics) {
        let (expansion, diagnostics) =
            switch repetition {
            case .none: (Expansion.single, Diagnostics())
            case .count(let expression): count(expression)
            case .forEach(let expression): forEach(expression)
            }
        return (diagnostics.hasErrors ? .unknown : expansion, diagnostics)
    }

    private func count(_ expression: Expression) -> (Expansion, Diagnostics) {
        let (marked, diagnostics) = scope.evaluate(expression, as: .number)
        if diagnostics.hasErrors { return (.unknown, diagnostics) }
        func refuse(_ detail: String) -> (Expansion, Diagnostics) {
            (.unknown, diagnostics + [.error("Invalid count argument", detail, subject: expression.range)])
        }
        // How many there are tells little of a secret.
        let (value, marks) = marked.unmarkedDeep()
        if marks.contains(.ephemeral) {
            return refuse(
                """
                The given "count" is derived from an ephemeral value, which means that Terraform cannot persist it between plan/apply \
                rounds. Use only non-ephemeral values to specify the number of resource instances.
                """)
        }
        if value.isNull { return refuse(#"The given "count" argument value is null. An integer is required."#) }
        guard let number = value.numberValue else {
            if purpose == .validation { return (.unknown, diagnostics) }
            return refuse(
                """
                The "count" value depends on resource attributes that cannot be determined until apply, so Terraform cannot predict how \
                many instances will be created. To work around this, use the -target argument to first apply only the resources that the \
                count depends on.
                """)
        }
        let unsuitable = #"The given "count" argument value is unsuitable: "#
        guard number.isInteger, let count = number.int else {
            return refuse(unsuitable + "value must be a whole number, between \(Int.min) and \(Int.max).")
        }
        if count < 0 { return refuse(unsuitable + "must be greater than or equal to zero.") }
        return (.count(count), diagnostics)
    }

    private func forEach(_ expression: Expression) -> (Expansion, Diagnostics) {
        let (value, diagnostics) = scope.evaluate(expression)
        if diagnostics.hasErrors { return (.unknown, diagnostics) }
        switch ForEachValue(value).expansion(knownOnly: purpose == .planning) {
        case .success(let expansion): return (expansion, diagnostics)
        case .failure(let problem):
            let summary = problem.isAboutSet ? "Invalid for_each set argument" : "Invalid for_each argument"
            return (.unknown, diagnostics + [.error(summary, problem.detail, subject: expression.range)])
        }
    }
}
