package import HCL

/// Rules about attributes of a configuration, in the words of the framework that published providers use.
package enum AttributeRules {
    /// At least one of the attributes, by a rule of the resource.
    package static func atLeastOneConfigured(_ names: [String], _ configuration: Value) -> [ProviderFinding] {
        guard names.allSatisfy({ configuration[attribute: $0].isNull }) else { return [] }
        return [
            ProviderFinding(
                .error, "Missing Attribute Configuration",
                "At least one of these attributes must be configured: [\(names.joined(separator: ","))]")
        ]
    }

    /// At least one of the attributes, by a rule of each of them.
    package static func atLeastOne(_ names: [String], _ configuration: Value) -> [ProviderFinding] {
        guard names.allSatisfy({ configuration[attribute: $0].isNull }) else { return [] }
        return names.map { name in
            let all = (names.filter { $0 != name } + [name]).joined(separator: ",")
            return ProviderFinding(
                .error, "Invalid Attribute Combination", "At least one attribute out of [\(all)] must be specified", at: .attribute(name))
        }
    }

    /// Exactly one of the attributes, by a rule of each of them; once unknown ones are known.
    package static func exactlyOne(_ names: [String], _ configuration: Value) -> [ProviderFinding] {
        let values = names.map { configuration[attribute: $0] }
        let count = values.count { !$0.isNull }
        guard values.allSatisfy(\.isKnown), count != 1 else { return [] }
        return names.map { name in
            let all = names.filter { $0 != name }.joined(separator: ",")
            let problem =
                count == 0
                ? "No attribute specified when one (and only one) of [\(all)] is required"
                : "\(count) attributes specified when one (and only one) of [\(all)] is required"
            return ProviderFinding(.error, "Invalid Attribute Combination", problem, at: .attribute(name))
        }
    }

    /// A number that is not smaller than that.
    package static func minimum(_ name: String, _ minimum: Int, _ configuration: Value) -> [ProviderFinding] {
        guard let number = configuration.number(name), number < Number(minimum) else { return [] }
        return [
            ProviderFinding(
                .error, "Invalid Attribute Value", "Attribute \(name) value must be at least \(minimum), got: \(number.text)",
                at: .attribute(name))
        ]
    }
}
