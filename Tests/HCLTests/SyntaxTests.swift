import HCL
import Testing

struct SyntaxTests {
    private func findings(_ text: String) -> [String] {
        Parser.parseFile(Array(text.utf8), file: "f.tf").1.map { finding in
            let place = finding.subject.map { "\($0.start.line),\($0.start.column)-\($0.end.line),\($0.end.column) " } ?? ""
            return place + finding.summary
        }
    }

    private func expression(_ text: String) -> Expression { Parser.parseExpression(Array(text.utf8), file: "f.tf").0 }

    @Test("valid texts have no findings", arguments: SyntaxSamples.valid)
    func valid(text: String) { #expect(findings(text) == []) }

    @Test("broken texts have findings", arguments: SyntaxSamples.broken)
    func broken(text: String) { #expect(findings(text) != []) }

    @Test(
        "mistakes are told where HCL tells them",
        arguments: [
            ("a = 1 1\n", ["1,7-1,8 Missing newline after argument"]),
            ("a = 1,\n", ["1,6-1,7 Unexpected comma after argument"]),
            ("a = [1,2][0,1]\n", ["1,14-1,15 Missing close bracket on index"]),
            ("a = 1..2\n", ["1,5-1,9 Invalid number literal"]),
            ("a = b.0.1\n", ["1,7-1,10 Invalid legacy index syntax"]),
            ("a = \"é\\q\"\n", ["1,7-1,9 Invalid escape sequence"]),
            ("b {\n", ["1,3-1,4 Unclosed configuration block"]),
            ("b { a = 1, c = 2 }\n", ["1,10-1,11 Invalid single-argument block definition"]),
            ("a = 1\na = 2\n", ["2,1-2,2 Attribute redefined"]),
            // After a confusion, what may only be its echo is left out; repeated names are told in any case.
            ("a = [for x in y x]\nb = =\nc = 1\nc = 2\n", ["1,17-1,18 Invalid 'for' expression", "4,1-4,2 Attribute redefined"]),
            ("a = 'x'\n", ["1,5-1,6 Invalid character", "1,5-1,6 Invalid expression"]),
            ("a = \"%{ fi x }\"\n", ["1,9-1,11 Invalid template control keyword"]),
            ("a = {\n b = 1 c = 2\n}\n", ["2,8-2,9 Missing attribute separator"]),
        ])
    func places(text: String, expected: [String]) { #expect(findings(text) == expected) }

    @Test("a lone interpolation keeps its type, other templates are strings")
    func wraps() {
        guard case .templateWrap = expression("\"${x}\"") else { return #expect(Bool(false)) }
        guard case .template(let parts, _) = expression("\"${x} \"") else { return #expect(Bool(false)) }
        #expect(parts.count == 2)
    }

    @Test("operators bind as they should")
    func precedence() {
        guard case .binary(.or, _, .binary(.and, _, .binary(.equal, _, _, _), _), _) = expression("a || b && c == d + 1") else {
            return #expect(Bool(false))
        }
        guard case .binary(.subtract, .binary(.subtract, _, _, _), _, _) = expression("1 - 2 - 3") else { return #expect(Bool(false)) }
    }

    @Test("a legacy splat ends before brackets, a full one does not")
    func splats() {
        guard case .relativeTraversal(.splat, let steps, _) = expression("x.*.a[0]") else { return #expect(Bool(false)) }
        #expect(steps.count == 1)
        guard case .splat(let splat, _) = expression("x[*].a[0]"), case .relativeTraversal(_, let inner, _) = splat.each else {
            return #expect(Bool(false))
        }
        #expect(inner.count == 2)
    }

    @Test(
        "an indented heredoc loses what all lines begin with",
        arguments: [
            ("<<-E\n    a\n      b\n    E\n", "a\n  b\n"), ("<<-E\n  a\n\n   b\nE\n", "a\n\n b\n"), ("<<E\n  a\n  E\n", "  a\n"),
        ])
    func heredocs(text: String, expected: String) {
        guard case .template(let parts, _) = expression(text), parts.count == 1, case .literal(let found, _) = parts[0] else {
            return #expect(Bool(false))
        }
        #expect(found == expected)
    }

    @Test("columns count what people see as characters")
    func columns() {
        #expect(findings("e\u{301}\u{301} = \"日\" 1\n") == ["1,9-1,10 Missing newline after argument"])
    }

    @Test("a snippet has the lines of a range")
    func snippet() {
        let text = "a = 1\r\nb = [\n  2\n]\n"
        let file = SourceFile(name: "f.tf", bytes: Array(text.utf8))
        let (body, _) = Parser.parseFile(file.bytes, file: file.name)
        let lines = file.snippet(for: body.attributes[1].range)
        #expect(lines.map(\.number) == [2, 3, 4])
        #expect(lines.map(\.text) == ["b = [", "  2", "]"])
    }

    @Test("what a schema does not know is an error, with what may have been meant")
    func schema() {
        let text = "nam = 1\nblok {}\nblock \"a\" \"b\" {}\nblock {}\n"
        let (body, _) = Parser.parseFile(Array(text.utf8), file: "f.tf")
        let schema = BodySchema(attributes: [.init("name", isRequired: true)], blocks: [.init("block", labels: ["type"])])
        let (content, diagnostics) = body.content(schema)
        #expect(content.blocks.isEmpty)
        #expect(
            diagnostics.map { "\($0.summary): \($0.detail)" } == [
                "Missing required argument: The argument \"name\" is required, but no definition was found.",
                "Extraneous label for block: Only 1 labels (type) are expected for block blocks.",
                "Missing type for block: All block blocks must have 1 labels (type).",
                "Unsupported argument: An argument named \"nam\" is not expected here. Did you mean \"name\"?",
                "Unsupported block type: Blocks of type \"blok\" are not expected here. Did you mean \"block\"?",
            ])
    }
}
