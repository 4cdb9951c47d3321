import APIClient
import ArgumentParser
import JSON

/// Answers to what a template asks.
struct ParameterOptions: ParsableArguments {
    @Option(
        name: [.customLong("parameter"), .customLong("rich-parameter")],
        help: ArgumentHelp("An answer to a question of the template.", valueName: "name=value"))
    var parameters: [String] = []
    @Flag(name: .long, help: "Take the defaults where nothing is given.")
    var useParameterDefaults = false

    /// What to send: what was given, and what a person answers to the rest.
    ///
    /// - Parameter previous: answers of the build before.
    func values(_ client: APIClient, version: String, previous: [String: String], asks: Bool) async throws -> JSONValue {
        let given = try pairs(parameters, "--parameter")
        let questions = try await client.get("/api/v2/templateversions/\(version)/rich-parameters").arrayValue ?? []
        for name in given.keys.sorted() where !questions.contains(where: { $0.text("name") == name }) {
            let names = questions.map { $0.text("name") }.joined(separator: ", ")
            throw ValidationError("the template has no parameter \"\(name)\"; it has \(names.isEmpty ? "none" : names)")
        }
        var answers = given
        for question in questions {
            let name = question.text("name")
            if answers[name] != nil { continue }
            if previous[name] != nil, question["ephemeral"]?.boolValue != true { continue }
            let isRequired = question["required"]?.boolValue == true
            if !isRequired, useParameterDefaults || !asks || !Prompt.isPossible || question["ephemeral"]?.boolValue == true { continue }
            answers[name] = try Self.ask(question, name)
        }
        return .array(answers.sorted { $0.key < $1.key }.map { ["name": .string($0.key), "value": .string($0.value)] })
    }

    private static func ask(_ question: JSONValue, _ name: String) throws -> String {
        let title = question.text("display_name").isEmpty ? name : question.text("display_name")
        let missing = "the parameter \"\(name)\" has no default: give --parameter \(name)=VALUE"
        let about = question.text("description_plaintext")
        if Prompt.isPossible, !about.isEmpty { Terminal.note(about) }
        let fallback = question["default_value"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
        let options = (question["options"]?.arrayValue ?? []).map { (value: $0.text("value"), text: $0.text("name")) }
        if !options.isEmpty, question.text("type") != "list(string)" {
            return try Prompt.choice(title, of: options, default: fallback, missing: missing)
        }
        return try Prompt.text(title, default: fallback, missing: missing)
    }
}
