import HCL
import Testing

struct SyntaxFuzzTests {
    /// Everything that takes a text, none of which may trap.
    private func exercise(_ bytes: [UInt8]) {
        _ = Parser.parseFile(bytes, file: "f.tf")
        _ = Parser.parseExpression(bytes, file: "f.tf")
        _ = Parser.parseTemplate(bytes, file: "f.tf")
        _ = Parser.parseTraversal(bytes, file: "f.tf")
        _ = JSONSyntax.parseFile(bytes, file: "f.tf.json").0.body(schema: BodySchema(attributes: ["a"], blocks: [.init("b")]))
        _ = Formatter.format(bytes)
    }

    @Test("the beginnings of a text are parsed, whatever is missing", arguments: SyntaxSamples.all)
    func truncations(text: String) {
        let bytes = Array(text.utf8)
        for length in 0...bytes.count { exercise(Array(bytes[..<length])) }
    }

    @Test("bytes that make no sense are parsed")
    func noise() {
        print("SEED=\(SyntaxRandom.seed)")
        var random = SyntaxRandom()
        let words = #"" ${ %{ } ~} { [ ( ) ] a = $ % \ for if * . 0 /* #"#.split(separator: " ").map { Array($0.utf8) }
        let others: [[UInt8]] = [Array("<<E\n".utf8), Array("E\n".utf8), [0x0A], [0x0D], [0x20], [0xFF], [0xC3], [0xE2, 0x82], [0x00]]
        let pieces = words + others
        for _ in 0..<3000 {
            var text: [UInt8] = []
            for _ in 0..<Int.random(in: 0...24, using: &random) { text += pieces.randomElement(using: &random) ?? [] }
            exercise(text)
        }
    }

    @Test(
        "deep nesting is an error and no overflow",
        arguments: ["[", "(", "{a=", "-", "!", "\"${", "f(", "x[", "[for x in y : ", "true ? 1 : "])
    func depth(opening: String) {
        let text = "a = " + String(repeating: opening, count: 10_000)
        let (_, diagnostics) = Parser.parseFile(Array(text.utf8), file: "f.tf")
        #expect(diagnostics.contains { $0.summary == "Configuration nested too deeply" })
    }

    @Test("long chains are an error and no overflow", arguments: ["+1", "[y]", "[*]"])
    func chains(link: String) {
        let text = "a = x" + String(repeating: link, count: 10_000) + "\n"
        let (_, diagnostics) = Parser.parseFile(Array(text.utf8), file: "f.tf")
        #expect(diagnostics.contains { $0.summary == "Configuration nested too deeply" })
    }

    @Test("deep blocks and deep JSON are errors and no overflow")
    func deepBlocks() {
        let blocks = String(repeating: "a {\n", count: 10_000)
        #expect(Parser.parseFile(Array(blocks.utf8), file: "f.tf").1.contains { $0.summary == "Configuration nested too deeply" })
        let arrays = String(repeating: "[", count: 10_000)
        #expect(JSONSyntax.parseFile(Array(arrays.utf8), file: "f").1.contains { $0.summary == "Configuration nested too deeply" })
    }

    @Test("what takes long in a careless scanner takes no time here", arguments: ["/* ", "\"$", "<<", "a = \"", "x.y"])
    func repetition(piece: String) {
        let clock = ContinuousClock()
        let bytes = Array(String(repeating: piece, count: 100_000).utf8)
        // Quadratic would be minutes.
        #expect(clock.measure { exercise(bytes) } < .seconds(60))
    }
}
