import Glibc
import HCL
import Testing

@testable import Conformance

@Suite("validation") struct ValidationTests {
    /// What is found in a directory with these files: summaries with the lines.
    private static func findings(_ files: [String: String]) throws -> [String] {
        var template = Array("/tmp/berth-validation-XXXXXX".utf8CString)
        let path = try #require(mkdtemp(&template).map { String(cString: $0) })
        defer { for name in Array(files.keys) + ["a"] { _ = remove("\(path)/\(name)") }; rmdir(path) }
        if files.keys.contains(where: { $0.hasPrefix("a/") }) { mkdir("\(path)/a", 0o700) }
        for (name, text) in files { try write(text, to: "\(path)/\(name)") }
        return Validation.diagnostics(directory: path).map { "\($0.subject?.start.line ?? 0) \($0.summary)" }.sorted()
    }

    private static func write(_ text: String, to path: String) throws {
        let file = try #require(fopen(path, "w"))
        defer { fclose(file) }
        fputs(text, file)
    }

    @Test(
        "mistakes are told once, at their line, and not what only follows from them",
        arguments: [
            ("locals {\n a = local.nope\n b = local.a.x\n}", ["2 Reference to undeclared local value"]),
            ("locals {\n a = local.b\n b = local.a\n}", ["0 Cycle: local.a (expand), local.b (expand)"]),
            ("locals {\n a = [local.a]\n}", ["2 Self-referencing local value"]),
            ("resource \"terraform_data\" \"a\" {\n input = terraform_data.a.foo\n}", ["2 Unsupported attribute"]),
            (
                "resource \"terraform_data\" \"a\" {\n count = 1\n}\noutput \"x\" {\n value = terraform_data.a.id\n}",
                ["5 Missing resource instance key"]
            ),
            ("resource \"terraform_dat\" \"a\" {}", ["1 Invalid resource type"]),
            ("resource \"nope_x\" \"a\" {}", ["0 Missing required provider"]),
            ("resource \"terraform_data\" \"a\" {\n provider = terraform.x\n}", ["0 Provider configuration not present"]),
            ("resource \"terraform_data\" \"a\" {\n lifecycle {\n ignore_changes = [foo]\n }\n}", ["3 Unsupported attribute"]),
            (
                "resource \"terraform_data\" \"a\" {\n provisioner \"local-exec\" {\n comand = 1\n }\n}",
                ["2 Missing required argument", "3 Unsupported argument"]
            ),
            ("output \"a\" {\n value = sensitive(1)\n}", ["1 Output refers to sensitive values"]),
            (
                "variable \"e\" {\n ephemeral = true\n}\nresource \"terraform_data\" \"a\" {\n input = var.e\n}",
                ["5 Invalid use of ephemeral value"]
            ),
            (
                "resource \"terraform_data\" \"a\" {}\nimport {\n to = terraform_data.a[0]\n id = \"x\"\n}",
                ["3 Invalid import 'to' expression"]
            ),
        ])
    func mistakes(text: String, expected: [String]) throws {
        #expect(try Self.findings(["main.tf": text]) == expected)
    }

    @Test("calls of modules are judged by the variables there")
    func modules() throws {
        let child = "variable \"n\" {\n type = number\n}\noutput \"o\" {\n value = var.n\n}"
        #expect(
            try Self.findings(["main.tf": "module \"a\" {\n source = \"./a\"\n m = 1\n}", "a/main.tf": child]) == [
                "1 Missing required argument", "3 Unsupported argument",
            ])
        #expect(
            try Self.findings([
                "main.tf": "module \"a\" {\n source = \"./a\"\n n = \"x\"\n}\noutput \"x\" {\n value = module.a.o\n}", "a/main.tf": child,
            ])
                == ["3 Invalid value for input variable"])
        #expect(
            try Self.findings([
                "main.tf": "module \"a\" {\n source = \"./a\"\n n = 1\n}\noutput \"x\" {\n value = module.a.p\n}", "a/main.tf": child,
            ])
                == ["6 Unsupported attribute"])
    }
}

/// What Terraform itself said of snippets, where that corpus is present.
@Suite(.enabled(if: SnippetCorpus.isPresent, "the corpus of expressions is not beside the repository"))
struct ValidationCorpusTests {
    @Test("snippets are valid, or have the errors that Terraform has") func snippets() {
        var failures: [String] = []
        for name in Files.names(in: SnippetCorpus.directory) {
            let directory = "\(SnippetCorpus.directory)/\(name)"
            guard let golden = SyntaxCorpus.golden(directory) else { continue }
            let (expected, got) = SyntaxCorpus.judged(golden, Validation.diagnostics(directory: directory))
            if expected != got { failures.append("\(name): \(got) instead of \(expected)") }
        }
        #expect(failures == [])
    }
}

private enum SnippetCorpus {
    static let directory: String = {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        return root + "/../shared/data/terraform/syntax/validate"
    }()
    static let isPresent = Files.read(directory + "/255-semantic-75/main.tf") != nil
}
