import Foundation
import PluginLoading
import TestSupport
import Testing

@Suite struct TemplateConsoleTests {
    private func console(_ lines: String, in directory: String) async throws -> RunResult {
        try replaceFile(directory + "/lines", with: Array(lines.utf8))
        return try await TestSupport.run(
            "/bin/sh", ["-c", "exec '\(Package.products)/berth' template console '\(directory)' <'\(directory)/lines'"])
    }

    @Test("expressions are evaluated with the template's variables and locals")
    func values() async throws {
        try await withTemporaryDirectory { directory in
            try replaceFile(
                directory + "/main.tf",
                with: Array(
                    """
                    variable "names" {
                      type    = list(string)
                      default = ["ada", "grace"]
                    }
                    locals {
                      greeting = "hello ${join(" and ", var.names)}"
                    }

                    """.utf8))
            let result = try await console("local.greeting\n1 + 2 * 3\n[for n in var.names : upper(n)]\n0.1 + 0.2 == 0.3\n", in: directory)
            #expect(result.status == 0, "\(result.output)")
            #expect(result.output == "\"hello ada and grace\"\n7\n[\n  \"ADA\",\n  \"GRACE\",\n]\ntrue\n")
        }
    }

    @Test("an error shows the line, the values involved and what to do, and the exit status says so")
    func errors() async throws {
        try await withTemporaryDirectory { directory in
            let result = try await console("{ a = 1 }.b\n", in: directory)
            #expect(result.status == 1)
            #expect(result.output.contains("Error: Unsupported attribute"), "\(result.output)")
            #expect(result.output.contains("on <console-input> line 1"))
            #expect(result.output.contains("{ a = 1 }.b"))
        }
    }

    @Test(
        "a template cannot read the files of the machine it is evaluated on", arguments: [#"file("/etc/hostname")"#, #"file("../secret")"#])
    func outside(_ expression: String) async throws {
        try await withTemporaryDirectory { directory in
            try makeDirectory(directory + "/template")
            try replaceFile(directory + "/secret", with: Array("s3cret".utf8))
            let result = try await console(expression + "\n", in: directory + "/template")
            #expect(result.status == 1)
            #expect(!result.output.contains("s3cret"))
        }
    }
}
