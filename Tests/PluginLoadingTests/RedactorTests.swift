import PluginLoading
import Testing

@Suite struct RedactorTests {
    static let inputs = """
        {"parameters": {"password": "correct horse", "longer": "correct horse battery", "short": "abc", "size": 10},
         "external_auth": {"github": "ghp_123456"},
         "sensitive": ["/parameters/password", "/parameters/longer", "/parameters/short", "/parameters/size", "/external_auth", "/nowhere"]}
        """

    @Test(
        "secrets are covered wherever they stand, the longest first",
        arguments: [
            ("login with correct horse.", "login with ***."),
            ("correct horse battery staple", "*** staple"),
            ("ghp_123456ghp_123456", "******"),
            ("abc and 10 are too short to be covered", "abc and 10 are too short to be covered"),
            ("correct hors", "correct hors"),
            ("", ""),
        ])
    func covered(_ text: String, _ expected: String) {
        #expect(Redactor(inputs: Self.inputs).redact(text) == expected)
    }

    @Test("every part of a record, diagnostic and report is covered")
    func parts() {
        let redactor = Redactor(inputs: Self.inputs)
        let record = redactor.redact(
            LogRecord(.info, "x correct horse", stage: "correct horse", fields: [LogField(key: "k", value: "ghp_123456")]))
        #expect(record == LogRecord(.info, "x ***", stage: "***", fields: [LogField(key: "k", value: "***")]))
        let diagnostic = redactor.redact(Diagnostic(.error, code: "c", summary: "ghp_123456", detail: "correct horse"))
        #expect(diagnostic.summary == "***" && diagnostic.detail == "***")
        #expect(redactor.redact(ProgressReport(resource: nil, message: "ghp_123456", done: 0, total: 0)).message == "***")
    }

    @Test("inputs that are not a document, or name no secrets, change nothing", arguments: ["", "[]", "{", #"{"sensitive": 3}"#])
    func none(_ inputs: String) {
        #expect(Redactor(inputs: inputs).redact("correct horse") == "correct horse")
    }
}
