import HCL

/// How a question looks, which also says what its options and values are.
package enum CoderParameterForm: String, Sendable, CaseIterable {
    case radio
    case slider
    case input
    case dropdown
    case checkbox
    case toggle = "switch"
    case multiSelect = "multi-select"
    case tagSelect = "tag-select"
    case textarea
    /// What a form shows of a parameter that is declared wrongly; never allowed in a template.
    case error

    /// Which forms a type can have, with options and without; the first is what it has if the template does not say.
    private static func allowed(_ type: String, withOptions: Bool) -> [CoderParameterForm] {
        switch (type, withOptions) {
        case ("string", true), ("number", true), ("bool", true): [.radio, .dropdown]
        case ("string", false): [.input, .textarea]
        case ("number", false): [.input, .slider]
        case ("bool", false): [.checkbox, .toggle]
        case ("list(string)", true): [.radio, .multiSelect]
        case ("list(string)", false): [.tagSelect]
        default: []
        }
    }

    /// Why a form does not go with a type.
    struct Fault: Error {
        var message: String
    }

    /// The form of a parameter.
    static func resolved(type: String, given: String?, hasOptions: Bool) throws(Fault) -> CoderParameterForm {
        let allowed = allowed(type, withOptions: hasOptions)
        guard let usual = allowed.first else {
            let types = "[\(CoderParameter.types.joined(separator: " "))]"
            throw Fault(message: "\"type\" attribute=\(type.goQuoted) is not supported, choose one of \(types)")
        }
        guard let given, !given.isEmpty else { return usual }
        if let form = allowed.first(where: { $0.rawValue == given }) { return form }
        let isForOthers = Self.allowed(type, withOptions: !hasOptions).contains { $0.rawValue == given }
        let reason = isForOthers ? hasOptions ? " when options exist" : " when options do not exist" : ""
        throw Fault(
            message: "\"form_type\" attribute=\(given.goQuoted) is not supported for \"type\"=\(type.goQuoted)\(reason), choose one of"
                + " [\(allowed.map(\.rawValue).joined(separator: " "))]")
    }
}
