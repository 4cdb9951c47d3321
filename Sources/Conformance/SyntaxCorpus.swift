internal import HCL
internal import JSON

/// Compares the parser and the formatter with what Terraform said of the same texts.
enum SyntaxCorpus {
    static func run(directory: String, limit: Int) {
        var tally = Tally(limit: limit)
        for name in Files.names(in: directory + "/validate") { validate(name, in: directory + "/validate/" + name, &tally) }
        for name in Files.names(in: directory + "/fmt") { format(name, in: directory + "/fmt/" + name, &tally) }
        tally.printSummary()
    }

    static func check(file: String) {
        let (_, found) = Parser.parseFile(Files.read(file) ?? [], file: file)
        for finding in found { print(finding) }
    }

    static func format(file: String) { Files.write(Formatter.format(Files.read(file) ?? [])) }

    /// Parses and formats the beginnings of all files of the corpus: nothing may trap, and the layout must be stable.
    static func truncate(directory: String) {
        var count = 0
        for part in ["validate", "fmt"] {
            for name in Files.names(in: "\(directory)/\(part)") {
                let path = "\(directory)/\(part)/\(name)/" + (part == "fmt" ? "input.tf" : "main.tf")
                let bytes = Files.read(path) ?? []
                for length in 0...bytes.count {
                    let start = Array(bytes[..<length])
                    let once = Formatter.format(start)
                    if Formatter.format(once) != once { print("\(path): the first \(length) bytes have no stable layout") }
                    _ = JSONSyntax.parseFile(start, file: "main.tf.json")
                    _ = Parser.parseTemplate(start, file: "main.tf")
                    count += 1
                }
            }
        }
        print("\(count) passed, 0 failed")
    }

    // MARK: Parsing

    /// The parser's findings must be those that stopped Terraform, and each must be told with the same words and places.
    private static func validate(_ name: String, in directory: String, _ tally: inout Tally) {
        guard let input = Files.read(directory + "/main.tf"), let golden = golden(directory) else { return }
        let (_, found) = Parser.parseFile(input, file: "main.tf")
        let expected = ordered((golden["parse_errors"]?.arrayValue ?? []).compactMap { $0["summary"]?.stringValue })
        let got = ordered(found.map(\.summary))
        guard expected == got else { return tally.record(name, expected, got) }

        let told = (golden["errors"]?.arrayValue ?? []).map(line)
        let unknown = found.map(line).filter { !told.contains($0) }
        if !unknown.isEmpty {
            return tally.record(name, "", unknown.joined(separator: "\n") + "\nnot among\n" + told.joined(separator: "\n"))
        }
        let (expectedErrors, gotErrors) = judged(golden, Validation.diagnostics(directory: directory))
        tally.record(name, expectedErrors, gotErrors)
    }

    /// What decides whether a snippet passes: whether it is valid, and the summaries and lines of the errors.
    static func judged(_ golden: JSONValue, _ found: Diagnostics) -> (expected: String, got: String) {
        let errors = golden["errors"]?.arrayValue ?? []
        let expected = errors.map { "\($0["start"]?[0]?.intValue ?? 0) \($0["summary"]?.stringValue ?? "")" }
        let got = found.filter { $0.severity == .error }.map { "\($0.subject?.start.line ?? 0) \($0.summary)" }
        return (
            (["\(golden["valid"]?.boolValue ?? false)"] + expected.sorted()).joined(separator: "\n"),
            (["\(!found.hasErrors)"] + got.sorted()).joined(separator: "\n")
        )
    }

    /// What loading and validating a directory finds, a line of JSON each, as `terraform validate -json` has it.
    static func check(directory: String) {
        for diagnostic in Validation.diagnostics(directory: directory) { print(json(diagnostic).serialized()) }
    }

    private static func json(_ diagnostic: Diagnostic) -> JSONValue {
        var members: [String: JSONValue] = [
            "severity": .string(diagnostic.severity.rawValue), "summary": .string(diagnostic.summary), "detail": .string(diagnostic.detail),
        ]
        if let range = diagnostic.subject {
            func place(_ position: SourcePosition, _ offset: Int = 0) -> JSONValue {
                .object(["line": JSONValue(position.line), "column": JSONValue(position.column + offset)])
            }
            members["range"] = .object([
                "filename": .string(range.file), "start": place(range.start), "end": place(range.end, range.start == range.end ? 1 : 0),
            ])
        }
        return .object(members)
    }

    private static func ordered(_ summaries: [String]) -> String { summaries.sorted().joined(separator: "; ") }

    private static func line(_ diagnostic: Diagnostic) -> String {
        // Where nothing is at fault but its absence, Terraform shows one column.
        let place =
            diagnostic.subject.map { range in
                let isEmpty = range.start == range.end
                return "\(range.start.line),\(range.start.column)-\(range.end.line),\(range.end.column + (isEmpty ? 1 : 0))"
            } ?? ""
        return "\(place) \(diagnostic.summary): \(diagnostic.detail)"
    }

    private static func line(_ error: JSONValue) -> String {
        func pair(_ name: String) -> String { (error[name]?.arrayValue ?? []).map { String($0.intValue ?? 0) }.joined(separator: ",") }
        let place = error["start"] == nil ? "" : pair("start") + "-" + pair("end")
        return "\(place) \(error["summary"]?.stringValue ?? ""): \(error["detail"]?.stringValue ?? "")"
    }

    // MARK: Formatting

    private static func format(_ name: String, in directory: String, _ tally: inout Tally) {
        guard let input = Files.read(directory + "/input.tf") else { return }
        guard let expected = Files.read(directory + "/formatted.tf") else {
            let (_, found) = Parser.parseFile(input, file: "input.tf")
            return tally.record(name, "refused", found.hasErrors ? "refused" : "accepted")
        }
        let got = Formatter.format(input)
        if got == expected { return tally.record(name, "", "") }
        tally.record(name, String(decoding: expected, as: UTF8.self), String(decoding: got, as: UTF8.self))
    }

    static func golden(_ directory: String) -> JSONValue? {
        guard let bytes = Files.read(directory + "/golden.json") else { return nil }
        // A corpus file that does not parse is reported as missing.
        return try? JSONValue(parsing: String(decoding: bytes, as: UTF8.self))
    }
}
