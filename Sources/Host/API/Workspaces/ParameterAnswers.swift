import APITypes
import HTTPTypes
import Scalars

/// The parameters of a new build: what is asked, what was answered before, and what is answered now.
enum ParameterAnswers {
    /// - Parameters:
    ///   - before: of the build before; nil for the first build.
    /// - Throws: ``APIError`` with everything that is wrong.
    static func resolve(
        _ questions: TemplateQuestions, before: [String: String]?, preset: [String: String], now: [WorkspaceBuildParameter]
    ) throws(APIError) -> [String: String] {
        var wrong: [ValidationError] = []
        func note(_ name: String, _ detail: String) { wrong.append(ValidationError(field: name, detail: detail)) }
        let asked = Dictionary(questions.parameters.map { ($0.name, $0) }) { first, _ in first }
        var answers = preset
        for answer in now {
            if asked[answer.name] == nil { note(answer.name, "is no parameter of this template version") }
            answers[answer.name] = answer.value
        }
        var result: [String: String] = [:]
        for (name, parameter) in asked.sorted(by: { $0.key < $1.key }) {
            let old = parameter.ephemeral ? nil : before?[name]
            if let answer = answers[name] {
                if let old, !parameter.mutable, answer != old { note(name, "cannot be changed after the workspace was made") }
                if let problem = problem(parameter, answer, old) { note(name, problem) }
                result[name] = answer
            } else if let old {
                result[name] = old
            } else if parameter.required {
                note(name, "is required")
            } else if !parameter.ephemeral {
                result[name] = parameter.defaultValue
            }
        }
        guard wrong.isEmpty else { throw APIError(.badRequest, "Unable to validate parameters", validations: wrong) }
        return result
    }

    /// What can be said without the template's own conditions; those the plugin checks when it plans.
    private static func problem(_ parameter: TemplateVersionParameter, _ value: String, _ old: String?) -> String? {
        if !parameter.options.isEmpty, parameter.type != "list(string)", !parameter.options.contains(where: { $0.value == value }) {
            return "must be one of \(parameter.options.map(\.value).joined(separator: ", "))"
        }
        switch parameter.type {
        case "number":
            guard let number = Double(value), number.isFinite else { return "must be a number" }
            if let least = parameter.validationMin, number < Double(least) { return "must be at least \(least)" }
            if let most = parameter.validationMax, number > Double(most) { return "must be at most \(most)" }
            if let old, let before = Double(old) {
                if parameter.validationMonotonic == "increasing", number < before { return "must not become smaller than \(old)" }
                if parameter.validationMonotonic == "decreasing", number > before { return "must not become greater than \(old)" }
            }
        case "bool":
            guard value == "true" || value == "false" else { return "must be true or false" }
        default: break
        }
        return nil
    }
}
