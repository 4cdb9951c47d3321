import HCL
import ProviderKit

extension CoderParameter {
    static let types = ["string", "number", "bool", "list(string)"]

    /// Stops an evaluation.
    private struct Refusal: Error {
        var findings: [ProviderFinding]

        init(_ findings: [ProviderFinding]) { self.findings = findings }
        init(_ summary: String, _ detail: String = "", at path: AttributePath? = nil) {
            findings = [.error(summary, detail, at: path)]
        }
    }

    /// What comes of an answer, with the rules and the words of the published provider.
    ///
    /// - Parameters:
    ///   - input: the answer; nil if there is none, in which case the default counts.
    ///   - previous: the value in the build before; nil if there was none.
    package func evaluate(input: String?, previous: String? = nil) -> Outcome {
        do throws(Refusal) {
            if !isMutable, isEphemeral { throw Refusal("parameter can't be immutable and ephemeral") }
            if !isOptional, isEphemeral { throw Refusal("ephemeral parameter requires the default property") }
            let form = try resolvedForm()
            do throws(Refusal) {
                return Outcome(value: try value(of: input, previous: previous, form), form: form, findings: [])
            } catch {
                return Outcome(value: "", form: form, findings: error.findings)
            }
        } catch {
            return Outcome(value: "", form: nil, findings: error.findings)
        }
    }

    private func resolvedForm() throws(Refusal) -> CoderParameterForm {
        do throws(CoderParameterForm.Fault) {
            return try CoderParameterForm.resolved(type: type, given: formType, hasOptions: !options.isEmpty)
        } catch {
            throw Refusal("Invalid form_type for parameter", error.message, at: .attribute("form_type"))
        }
    }

    private func value(of input: String?, previous: String?, _ form: CoderParameterForm) throws(Refusal) -> String {
        // Of a choice of several, each option is one of the strings in the value.
        let optionType = form == .multiSelect ? "string" : type
        try checkOptions(optionType)
        let given = input ?? defaultValue
        // Without rules a parameter may stay without a value; with rules, nothing counts as empty text.
        if given == nil, validation == nil { return "" }
        let value = given ?? ""
        let isDefault = input == nil && defaultValue != nil
        let noun = isDefault ? "Default value" : "Value"
        let path: AttributePath? = isDefault ? .attribute("default") : nil
        if !options.isEmpty { try checkChoice(value, isList: form == .multiSelect, noun, path) }
        if let problem = validation?.problem(value, type: type, previous: previous) {
            throw Refusal("Invalid parameter \(noun.lowercased()) according to 'validation' block", problem, at: path)
        }
        if let problem = Self.problem(value, type: type) {
            throw Refusal("Parameter value is not of type \(type.goQuoted)", problem)
        }
        return value
    }

    private func checkOptions(_ type: String) throws(Refusal) {
        var names: Set<String> = []
        var values: Set<String> = []
        var findings: [ProviderFinding] = []
        for option in options {
            if names.contains(option.name) {
                throw Refusal("Option names must be unique.", "multiple options found with the same name \(option.name.goQuoted)")
            }
            if values.contains(option.value) {
                throw Refusal("Option values must be unique.", "multiple options found with the same value \(option.value.goQuoted)")
            }
            if let problem = Self.problem(option.value, type: type) {
                let summary = "Option \(option.name.goQuoted) with value=\(option.value.goQuoted) is not of type \(type.goQuoted)"
                findings.append(.error(summary, problem))
                continue
            }
            names.insert(option.name)
            values.insert(option.value)
        }
        if !findings.isEmpty { throw Refusal(findings) }
    }

    private func checkChoice(_ value: String, isList: Bool, _ noun: String, _ path: AttributePath?) throws(Refusal) {
        let allowed = Set(options.map(\.value))
        guard isList else {
            if allowed.contains(value) { return }
            let hint = value.isEmpty ? ". The value is empty, did you forget to set it with a default or from user input?" : ""
            throw Refusal(
                "\(noun) must be a valid option\(hint)", "the value \(value.goQuoted) must be defined as one of options", at: path)
        }
        guard let chosen = Self.strings(value) else {
            throw Refusal(
                "When using list(string) type, value must be a json encoded list of strings", Self.notList(value), at: path)
        }
        let missing = chosen.filter { !allowed.contains($0) }
        guard missing.isEmpty else {
            throw Refusal(
                "\(noun)s must be a valid option",
                "\(noun) \(value.goQuoted) is not a valid option, values \(missing.joined(separator: ", ").goQuoted) are missing from the"
                    + " options",
                at: path)
        }
    }

    /// Why a text is not of a type; nil if it is.
    private static func problem(_ value: String, type: String) -> String? {
        switch type {
        case "number": GoNumber.isFloat(value) ? nil : "\(value.goQuoted) is not a number"
        case "bool": GoNumber.isBool(value) ? nil : "\(value.goQuoted) is not a bool"
        case "list(string)": strings(value) == nil ? notList(value) : nil
        default: nil
        }
    }

    private static func notList(_ value: String) -> String { "value \(value.goQuoted) is not a valid list of strings" }

    /// The strings of a JSON list; nil if the text is none. As in Go, null stands for an empty list and for empty text.
    package static func strings(_ text: String) -> [String]? {
        // What is wrong with a text that is no list, nobody is told in more detail than that it is none.
        guard let json = try? JSONText.parse(text) else { return nil }
        switch json {
        case .null: return []
        case .array(let elements):
            var strings: [String] = []
            for element in elements {
                switch element {
                case .string(let string): strings.append(string)
                case .null: strings.append("")
                default: return nil
                }
            }
            return strings
        default: return nil
        }
    }
}
