import HCL

/// What an answer must satisfy: the block `validation`.
package struct CoderParameterValidation: Sendable, Hashable {
    package var min: Int?
    package var max: Int?
    /// `increasing` or `decreasing`; anything else is found wrong.
    package var monotonic: String
    package var regex: String
    /// What the user is told; `{min}`, `{max}` and `{value}` stand for what they say.
    package var error: String

    package init(min: Int? = nil, max: Int? = nil, monotonic: String = "", regex: String = "", error: String = "") {
        self.min = min
        self.max = max
        self.monotonic = monotonic
        self.regex = regex
        self.error = error
    }

    /// What is wrong with a value; nil if nothing is.
    func problem(_ value: String, type: String, previous: String?) -> String? {
        if type != "number" {
            if min != nil { return "a min cannot be specified for a \(type) type" }
            if max != nil { return "a max cannot be specified for a \(type) type" }
            if !monotonic.isEmpty { return "monotonic validation can only be specified for number types, not \(type) types" }
        }
        if type != "string", !regex.isEmpty { return "a regex cannot be specified for a \(type) type" }
        switch type {
        case "bool": return value == "true" || value == "false" ? nil : "boolean value can be either \"true\" or \"false\""
        case "string": return problem(text: value)
        case "number": return problem(number: value, previous: previous)
        default: return CoderParameter.strings(value) == nil ? "value \(value.goQuoted) is not valid list of strings" : nil
        }
    }

    private func problem(text: String) -> String? {
        if regex.isEmpty { return nil }
        do throws(RegularExpression.Fault) {
            let expression = try RegularExpression(regex)
            if error.isEmpty { return "an error must be specified with a regex validation" }
            return expression.matches(text) ? nil : "\(error) (value \(text.goQuoted) does not match \(regex.goQuoted))"
        } catch {
            return "compile regex \(regex.goQuoted): error parsing regexp: \(error.reason): `\(error.part)`"
        }
    }

    private func problem(number text: String, previous: String?) -> String? {
        guard let number = GoNumber.integer(text) else { return rendered(text) ?? "value \(text.goQuoted) is not a number" }
        if let min, number < min { return rendered(text) ?? "value \(number) is less than the minimum \(min)" }
        if let max, number > max { return rendered(text) ?? "value \(number) is more than the maximum \(max)" }
        if monotonic.isEmpty { return nil }
        guard ["increasing", "decreasing"].contains(monotonic) else {
            return "number monotonicity can be either \"increasing\" or \"decreasing\""
        }
        // A previous value that is no number is passed over: the user could not do anything about it.
        guard let previous, let before = GoNumber.integer(previous) else { return nil }
        let isIncreasing = monotonic == "increasing"
        if isIncreasing ? number >= before : number <= before { return nil }
        return "parameter value '\(number)' must be equal or \(isIncreasing ? "greater" : "lower") than previous value: \(before)"
    }

    /// The template's own words, with the numbers put in; nil if it has none.
    private func rendered(_ value: String) -> String? {
        guard !error.isEmpty else { return nil }
        let parts = ["{min}": String(min ?? 0), "{max}": String(max ?? 0), "{value}": value]
        // In one pass: what is put in is not read again.
        var text = ""
        var rest = error[...]
        while let character = rest.first {
            if let (name, part) = parts.first(where: { rest.hasPrefix($0.key) }) {
                text += part
                rest = rest.dropFirst(name.count)
            } else {
                text.append(character)
                rest = rest.dropFirst()
            }
        }
        return text
    }
}
