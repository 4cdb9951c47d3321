import HCL
import ProviderKit
import Testing

@testable import TemplateEvaluation

@Suite("bodies as values") struct BlockDecodingTests {
    @Test(
        "nested blocks become the collection their schema says",
        arguments: [
            ("rule {}\nrule { a = 1 }", "rule", #"[{"a":null},{"a":"1"}]"#),
            ("tag { a = 1 }\ntag { a = 1 }", "tag", #"[{"a":"1"}]"#),
            ("only { a = 1 }", "only", #"{"a":"1"}"#),
            ("", "only", "null"),
            ("", "group", #"{"a":null}"#),
            ("named \"k\" { a = 1 }", "named", #"{"k":{"a":"1"}}"#),
            ("dynamic \"rule\" {\n for_each = list\n content { a = \"${rule.key}${rule.value}\" }\n}", "rule", #"[{"a":"0x"},{"a":"1y"}]"#),
            (
                "dynamic \"named\" {\n for_each = map\n iterator = it\n labels = [it.key]\n content { a = it.value }\n}", "named",
                #"{"k":{"a":"v"}}"#
            ),
        ])
    func nesting(text: String, block: String, json: String) throws {
        let (value, diagnostics) = Reading.schema.decode(try Reading.body("name = 1\n" + text), in: Reading.context)
        #expect(diagnostics.isEmpty)
        #expect(try value.members?[block]?.jsonEncoded() == json)
    }

    @Test("a dynamic block over an unknown collection makes an unknown one")
    func unknownBlocks() throws {
        let text = "name = 1\ndynamic \"rule\" {\n for_each = unknown\n content { a = rule.value }\n}"
        let (value, diagnostics) = Reading.schema.decode(try Reading.body(text), in: Reading.context)
        #expect(diagnostics.isEmpty)
        #expect(value.members?["rule"]?.isKnown == false)
        #expect(value.type == Reading.schema.impliedType)
    }

    @Test(
        "what does not fit is told where it stands",
        arguments: [
            ("", "Missing required argument", 1), ("name = []", "Incorrect attribute value type", 1),
            ("name = 1\nfoo = 1", "Unsupported argument", 2), ("name = 1\nfoo {}", "Unsupported block type", 2),
            ("name = 1\nrule {}\nrule {}\nrule {}", "Too many rule blocks", 4), ("name = 1\nonly {}\nonly {}", "Duplicate only block", 3),
            ("name = 1\nnamed \"a\" {}\nnamed \"a\" {}", "Duplicate named block", 3),
            ("name = 1\ndynamic \"foo\" {\n for_each = []\n content {}\n}", "Unsupported block type", 2),
            ("name = 1\ndynamic \"rule\" {\n for_each = null\n content {}\n}", "Invalid dynamic for_each value", 3),
            ("name = 1\ndynamic \"rule\" {\n for_each = 5\n content {}\n}", "Invalid dynamic for_each value", 3),
            ("name = 1\ndynamic \"rule\" {\n for_each = []\n}", "Missing dynamic content block", 2),
        ])
    func mistakes(text: String, summary: String, line: Int) throws {
        let (_, diagnostics) = Reading.schema.decode(try Reading.body(text), in: Reading.context)
        #expect(diagnostics.map(\.summary) == [summary])
        #expect(diagnostics.first?.subject?.start.line == line)
    }

    @Test("what a schema has against values has the place of the argument")
    func findings() throws {
        let body = try Reading.body("name = 1\nid = \"x\"\nold = \"y\"\neven = 3")
        let (value, _) = Reading.schema.decode(body, in: Reading.context)
        let found = Reading.schema.findings(in: value).diagnostics(in: body, address: "a.b")
        #expect(found.map(\.summary) == ["Invalid value for even", "Value for unconfigurable attribute", "Argument is deprecated"])
        #expect(found.map { $0.subject?.start.line } == [4, 2, 3])
        #expect(found.map(\.severity) == [.error, .error, .warning])
        #expect(found.allSatisfy { $0.address == "a.b" })
    }

    @Test("references in dynamic blocks count, but for those to their iterators")
    func references() throws {
        let text = "name = a.b\ndynamic \"rule\" {\n for_each = c.d\n content { a = \"${rule.value}${e.f}\" }\n}"
        #expect(Reading.schema.traversals(of: try Reading.body(text)).map(\.root) == ["a", "c", "e"])
    }

    @Test(
        "the place of a value is that of its expression, of the first block of its type, or of the innermost block on the way",
        arguments: [
            (AttributePath.attribute("name"), 1), (AttributePath.attribute("rule").index(1).attribute("a"), 4),
            (AttributePath.attribute("rule").index(0).attribute("a"), 2), (AttributePath.attribute("rule").index(7), 2),
            (AttributePath.attribute("name").attribute("inside"), 1), ([], 1),
        ])
    func places(path: AttributePath, line: Int) throws {
        let body = try Reading.body("name = 1\nrule {}\nrule {\n  a = 1\n}")
        #expect(body.range(of: path).start.line == line)
    }
}
