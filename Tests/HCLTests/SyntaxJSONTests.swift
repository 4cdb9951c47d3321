import HCL
import Testing

struct SyntaxJSONTests {
    private let schema = BodySchema(
        attributes: ["a"], blocks: [.init("variable", labels: ["name"]), .init("locals"), .init("resource", labels: ["type", "name"])])

    private func parse(_ text: String) -> (Body, [String]) {
        let (document, found) = JSONSyntax.parseFile(Array(text.utf8), file: "f.tf.json")
        let (body, more) = document.body(schema: schema)
        return (body, (found + more).map(\.summary))
    }

    @Test("objects inside objects name the labels of blocks")
    func labels() {
        let (body, findings) = parse(
            #"{"//": "c", "resource": {"t": {"n": {"x": "${y}"}, "m": [{}, {}]}}, "variable": [{"v": {}}], "locals": {"a": [1, "b"]}}"#)
        #expect(findings == [])
        #expect(body.blocks.map(\.labels).sorted { $0.joined() < $1.joined() } == [[], ["t", "m"], ["t", "m"], ["t", "n"], ["v"]])
        let (attributes, _) = body.blocks.first { $0.labels == ["t", "n"] }?.body.justAttributes() ?? ([], [])
        guard case .templateWrap(.scopeTraversal, _) = attributes.first?.expression else { return #expect(Bool(false)) }
    }

    @Test(
        "mistakes are told as HCL tells them",
        arguments: [
            ("", ["Missing value", "Root value must be object"]),
            ("1", ["Root value must be object"]),
            ("{\"a\" 1}", ["Missing property value colon", "Root value must be object"]),
            ("{\"a\": 1,}", ["Trailing comma in object", "Root value must be object"]),
            ("{\"a\": [1 2]}", ["Missing attribute seperator comma"]),
            ("{\"a\": ture}", ["Invalid JSON keyword"]),
            ("{\"a\": 01}", ["Invalid JSON number"]),
            ("{\"a\": \"\\q\"}", ["Invalid JSON string"]),
            ("{\"b\": 1}", ["Extraneous JSON object property"]),
            ("{\"a\": 1, \"a\": 2}", ["Duplicate argument"]),
            ("{\"variable\": 1}", ["Incorrect JSON value type", "Missing block label"]),
            ("{} {}", ["Extraneous data after value"]),
            ("{\"a\": \"${\"}", ["Missing expression"]),
        ])
    func mistakes(text: String, expected: [String]) { #expect(parse(text).1 == expected) }
}
