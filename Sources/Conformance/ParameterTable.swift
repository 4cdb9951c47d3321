import HCL
import ProviderKit
import Providers

/// Runs the table of parameters that the published `coder` provider is tested with: a Markdown table, a case per row and type.
enum ParameterTable {
    struct Row {
        var name: String
        var types: [String]
        var previous: String?
        var input: String?
        var fallback: String?
        var options: [String]
        var validation: String
        var output: String
        var isOptional: Bool
        /// A regular expression that an error must match; empty: there must be none.
        var error: String

        /// Nil for rows without a name: headings, and space between.
        init?(_ line: String) {
            let columns = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().map { Row.trimmed($0) }
            guard columns.count >= 11, !columns[0].isEmpty else { return nil }
            name = columns[0]
            types = columns[1].split(separator: ",").map { Row.trimmed($0) }
            previous = columns[2].isEmpty ? nil : columns[2] == "\"\"" ? "" : columns[2]
            input = columns[3].isEmpty ? nil : columns[3]
            fallback = columns[4].isEmpty ? nil : columns[4]
            options = columns[5].isEmpty ? [] : columns[5].split(separator: ",", omittingEmptySubsequences: false).map { String($0) }
            validation = columns[6]
            output = Row.unquoted(columns[8])
            isOptional = ["1", "t", "true"].contains(columns[9].lowercased())
            error = columns[10]
        }

        private static func trimmed(_ text: Substring) -> String {
            var text = text
            while text.first?.isWhitespace == true { text.removeFirst() }
            while text.last?.isWhitespace == true { text.removeLast() }
            return String(text)
        }

        private static func unquoted(_ text: String) -> String {
            var text = text[...]
            while text.first == "\"" { text.removeFirst() }
            while text.last == "\"" { text.removeLast() }
            return String(text)
        }
    }

    /// Runs a table; nil if it cannot be read.
    static func run(file: String, limit: Int = .max) -> Tally? {
        guard let bytes = Files.read(file) else { return nil }
        var tally = Tally(limit: limit)
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map { String($0) }
        // A heading and a line of dashes come first.
        for row in lines.dropFirst(2).compactMap(Row.init) {
            for type in row.types { tally.record("\(row.name):\(type)", expectation(row), verdict(row, type)) }
        }
        return tally
    }

    private static func expectation(_ row: Row) -> String {
        row.error.isEmpty ? "value \(row.output.goQuoted), \(row.isOptional ? "optional" : "required")" : "error \(row.error)"
    }

    private static func verdict(_ row: Row, _ type: String) -> String {
        guard let source = CoderProvider().dataSource("coder_parameter") else { return "the provider has no coder_parameter" }
        let configuration = configuration(row, type, source.schema.block)
        let parameter = CoderParameter(configuration: configuration)
        let outcome = parameter.evaluate(input: row.input, previous: row.previous)
        let errors = (source.validate(configuration) + outcome.findings).filter { $0.severity == .error }
        let texts = errors.map { "\($0.summary)\n\n\($0.detail)" }
        if !row.error.isEmpty, texts.contains(where: { matches($0, row.error) }) { return expectation(row) }
        guard texts.isEmpty else { return "errors \(texts.joined(separator: "; "))" }
        return "value \(outcome.value.goQuoted), \(parameter.isOptional ? "optional" : "required")"
    }

    private static func matches(_ text: String, _ pattern: String) -> Bool {
        do throws(RegularExpression.Fault) {
            return try RegularExpression(pattern).matches(text)
        } catch {
            print("\(pattern): \(error.reason)")
            return false
        }
    }

    private static func configuration(_ row: Row, _ type: String, _ block: BlockSchema) -> Value {
        let isForm = type == "multi-select" || type == "tag-select"
        var members = block.impliedType.nullAttributes.members ?? [:]
        for (name, nested) in block.blocks { members[name] = .list([], of: nested.block.impliedType) }
        members["name"] = .string("parameter")
        members["type"] = .string(isForm ? "list(string)" : type)
        if isForm { members["form_type"] = .string(type) }
        members["default"] = .optional(row.fallback)
        if let option = block.blocks["option"]?.block.impliedType {
            members["option"] = .list(
                row.options.map { option.nullAttributes.setting(["name": .string($0), "value": .string($0)]) }, of: option)
        }
        if let rule = block.blocks["validation"]?.block.impliedType, let given = validation(row.validation) {
            members["validation"] = .list([rule.nullAttributes.setting(given)], of: rule)
        }
        return .object(members)
    }

    /// `increasing`, `1-10`, `10-`, `-10`, or a regular expression.
    private static func validation(_ text: String) -> [String: Value]? {
        if text.isEmpty { return nil }
        if text == "increasing" || text == "decreasing" { return ["monotonic": .string(text), "error": .string("monotonicity")] }
        let bounds = text.split(separator: "-", omittingEmptySubsequences: false)
        let isRange = bounds.count == 2 && bounds.allSatisfy { $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
        guard isRange else { return ["regex": .string(text), "error": .string("regex error")] }
        var given: [String: Value] = ["error": .string("{min} < {value} < {max}")]
        if let min = Int(bounds[0]) { given["min"] = .integer(min) }
        if let max = Int(bounds[1]) { given["max"] = .integer(max) }
        return given
    }
}
