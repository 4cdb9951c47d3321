import HCL
import Testing

struct SyntaxFormatTests {
    private func format(_ text: String) -> String { String(decoding: Formatter.format(Array(text.utf8)), as: UTF8.self) }

    @Test(
        "texts get their usual layout",
        arguments: [
            ("a=1\nbbb=2 # x\n", "a   = 1\nbbb = 2 # x\n"),
            ("a=\"${b}\"\n", "a = b\n"),
            ("a=\"${b}c\"\n", "a = \"${b}c\"\n"),
            ("a=\"${\n b ?\n 1 : 2\n}\"\n", "a = (b ?\n1 : 2)\n"),
            ("resource t /* c */ n {}\n", "resource \"t\" \"n\" {}\n"),
            ("b \"a\\\"é\" {}\n", "b \"a\\\"é\" {}\n"),
            ("variable \"v\" {\n type=\"list\"\n}\n", "variable \"v\" {\n  type = list(string)\n}\n"),
            ("variable \"v\" {\n type=map\n}\n", "variable \"v\" {\n  type = map(any)\n}\n"),
            ("a = <<E\n x\n E\n\tb = - 1\n", "a = <<E\n x\n E\nb = -1\n"),
            ("a = [\n  1 ]", "a = [\n1]\n"),
            ("", "\n"),
        ])
    func layouts(text: String, expected: String) { #expect(format(text) == expected) }

    @Test("a second run changes nothing", arguments: SyntaxSamples.valid)
    func idempotence(text: String) {
        let once = format(text)
        #expect(format(once) == once)
    }

    @Test("a text with errors is left as it is", arguments: SyntaxSamples.broken)
    func refusal(text: String) { #expect(format(text) == text) }
}
