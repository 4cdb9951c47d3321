import HCL

/// The value of a `for_each` argument.
struct ForEachValue {
    private let value: Value

    init(_ value: Value) { self.value = value }

    /// Why it is none.
    struct Problem: Error {
        /// Whether the elements of a set are at fault.
        var isAboutSet = false
        var detail: String

        static func unsuitable(_ reason: String, isAboutSet: Bool = false) -> Problem {
            Problem(isAboutSet: isAboutSet, detail: #"The given "for_each" argument value is unsuitable: "# + reason)
        }
    }

    /// - Parameter knownOnly: whether keys that are not known are a problem.
    func expansion(knownOnly: Bool) -> Result<Expansion, Problem> {
        if let problem = markProblem { return .failure(problem) }
        if value.isNull {
            return .failure(.unsuitable(#"the given "for_each" argument value is null. A map, or set of strings is allowed."#))
        }
        if !value.isKnown { return knownOnly ? .failure(unknownProblem) : .success(.unknown) }
        if let members = value.members { return .success(.forEach(members)) }
        guard case .set(let element) = value.type, let elements = value.elements else {
            return .failure(
                .unsuitable(
                    #"the "for_each" argument must be a map, or set of strings, and you have provided a value of type "#
                        + "\(value.type.friendlyName)."))
        }
        if elements.isEmpty { return .success(.forEach([:])) }
        if !value.isWhollyKnown { return knownOnly ? .failure(unknownProblem) : .success(.unknown) }
        guard element == .string else {
            return .failure(
                .unsuitable(
                    #""for_each" supports maps and sets of strings, but you have provided a set containing type \#(element.friendlyName)."#,
                    isAboutSet: true))
        }
        if elements.contains(where: \.isNull) {
            return .failure(.unsuitable(#""for_each" sets must not contain null values."#, isAboutSet: true))
        }
        return .success(
            .forEach(Dictionary(elements.compactMap { item in item.stringValue.map { ($0, item) } }) { first, _ in first }))
    }

    private var markProblem: Problem? {
        if value.marks.contains(.sensitive) {
            return Problem(
                detail: """
                    Sensitive values, or values derived from sensitive values, cannot be used as for_each arguments. If used, the sensitive \
                    value could be exposed as a resource instance key.
                    """)
        }
        if value.marks.contains(.ephemeral) {
            return Problem(
                detail: """
                    The given "for_each" value is derived from an ephemeral value, which means that Terraform cannot persist it between \
                    plan/apply rounds. Use only non-ephemeral values to specify a resource's instance keys.
                    """)
        }
        return nil
    }

    private var unknownProblem: Problem {
        let target = """


            Alternatively, you could use the -target planning option to first apply only the resources that the for_each value depends on, \
            and then apply a second time to fully converge.
            """
        if value.type.isSet {
            return Problem(
                detail: """
                    The "for_each" set includes values derived from resource attributes that cannot be determined until apply, and so \
                    Terraform cannot determine the full set of keys that will identify the instances of this resource.

                    When working with unknown values in for_each, it's better to use a map value where the keys are defined statically in \
                    your configuration and where only the values contain apply-time results.
                    """ + target)
        }
        return Problem(
            detail: """
                The "for_each" map includes keys derived from resource attributes that cannot be determined until apply, and so Terraform \
                cannot determine the full set of keys that will identify the instances of this resource.

                When working with unknown values in for_each, it's better to define the map keys statically in your configuration and \
                place apply-time results only in the map values.
                """ + target)
    }
}
