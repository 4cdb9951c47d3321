import HCL

/// One line of the expression corpus.
struct ExpressionCase {
    var id: String
    var group: String
    var expression: String
    /// The text of a second file with variables and locals.
    var variables: String?
    var expected: Expected

    enum Expected {
        case value(json: String, type: String, isSensitive: Bool, console: String?)
        case unknown
        /// A value that JSON cannot hold.
        case unserializable(console: String)
        case failure(summary: String, [Failure])
    }

    /// An error as Terraform told it, with positions relative to the expression.
    struct Failure: Equatable {
        var summary: String
        var detail: String
        var file: String?
        var start: [Int]?
        var end: [Int]?
    }

    init?(_ line: String) throws(JSONDecodingError) {
        let node = try JSONText.parse(line)
        guard let id = node["id"]?.text, let group = node["group"]?.text, let expression = node["expr"]?.text else { return nil }
        self.id = id
        self.group = group
        self.expression = expression
        variables = node["vars"]?.text
        if node["error"] != nil {
            expected = .failure(summary: node["error_summary"]?.text ?? "", (node["errors"]?.items ?? []).map { Failure($0) })
        } else if node["unknown"]?.flag == true {
            expected = .unknown
        } else if node["unserializable"] != nil {
            expected = .unserializable(console: node["console"]?.text ?? "")
        } else {
            expected = .value(
                json: node["result_json"]?.text ?? "", type: node["type"]?.text ?? "", isSensitive: node["sensitive"]?.flag ?? false,
                console: node["console"]?.text)
        }
    }
}

extension ExpressionCase.Failure {
    init(_ node: JSONText) {
        summary = node["summary"]?.text ?? ""
        detail = node["detail"]?.text ?? ""
        file = node["file"]?.text
        start = node["start"]?.items?.compactMap(\.integer)
        end = node["end"]?.items?.compactMap(\.integer)
    }

    /// - Parameter indentation: how many columns are before the expression on its first line, which is the file's second.
    init(_ diagnostic: Diagnostic, indentation: Int) {
        summary = diagnostic.summary
        detail = diagnostic.detail
        guard let range = diagnostic.subject else { return }
        let isMain = range.file == "main.tf"
        file = isMain ? nil : range.file
        func relative(_ position: SourcePosition) -> [Int] {
            isMain
                ? [position.line - 1, position.line == 2 ? position.column - indentation : position.column]
                : [position.line, position.column]
        }
        start = relative(range.start)
        end = relative(range.end)
        // Terraform marks at least one character when it shows a place.
        if range.start == range.end { end?[1] += 1 }
    }
}

extension JSONText {
    subscript(name: String) -> JSONText? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.0 == name }?.1
    }

    var text: String? { if case .string(let text) = self { text } else { nil } }
    var flag: Bool? { if case .bool(let flag) = self { flag } else { nil } }
    var items: [JSONText]? { if case .array(let items) = self { items } else { nil } }
    var integer: Int? { if case .number(let number) = self { number.int } else { nil } }
}
