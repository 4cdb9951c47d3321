import Foundation
import PluginLoading
import TestSupport
import Testing

@Suite struct TemplateFormatTests {
    private static let untidy = "resource \"a\" \"b\" {\nx = 1\n  long_name = [ 1,2 ]\n}\n"
    private static let tidy = "resource \"a\" \"b\" {\n  x         = 1\n  long_name = [1, 2]\n}\n"

    @Test("fmt formats templates in place, names what it changed, and changes nothing the second time")
    func inPlace() async throws {
        try await withTemporaryDirectory { directory in
            try replaceFile(directory + "/main.tf", with: Array(Self.untidy.utf8))
            try replaceFile(directory + "/notes.txt", with: Array(Self.untidy.utf8))
            try makeDirectory(directory + "/module")
            try replaceFile(directory + "/module/main.tf", with: Array(Self.untidy.utf8))
            let check = try await Berth.run("template", "fmt", "--check", directory)
            #expect(check.status == 3 && check.output.contains("main.tf"))
            let first = try await Berth.run("template", "fmt", directory)
            #expect(first.status == 0 && first.output.contains(directory + "/main.tf"))
            #expect(try String(contentsOfFile: directory + "/main.tf", encoding: .utf8) == Self.tidy)
            #expect(try String(contentsOfFile: directory + "/notes.txt", encoding: .utf8) == Self.untidy)
            #expect(try String(contentsOfFile: directory + "/module/main.tf", encoding: .utf8) == Self.untidy)
            let second = try await Berth.run("template", "fmt", directory)
            #expect(second.status == 0 && second.output.isEmpty)
            let deep = try await Berth.run("template", "fmt", "--recursive", directory)
            #expect(deep.output.contains("module/main.tf"))
        }
    }

    @Test("standard input is formatted to standard output")
    func standardInput() async throws {
        let berth = Package.products + "/berth"
        let result = try await TestSupport.run("/bin/sh", ["-c", "printf 'a  =  1\\nbcd=2\\n' | '\(berth)' template fmt -"])
        #expect(result.output == "a   = 1\nbcd = 2\n")
    }

    @Test("a file with an error in its syntax is left alone, and the error has file, line and column")
    func broken() async throws {
        try await withTemporaryDirectory { directory in
            try replaceFile(directory + "/main.tf", with: Array("a = [\n".utf8))
            let result = try await Berth.run("template", "fmt", directory)
            #expect(result.status == 2)
            #expect(result.output.contains("on \(directory)/main.tf line "), "\(result.output)")
            #expect(try String(contentsOfFile: directory + "/main.tf", encoding: .utf8) == "a = [\n")
        }
    }

    @Test("a path that is none, or no template, is refused")
    func refused() async throws {
        try await withTemporaryDirectory { directory in
            #expect(try await Berth.run("template", "fmt", directory + "/nowhere").output.contains("there is no file"))
            try replaceFile(directory + "/notes.txt", with: [])
            #expect(try await Berth.run("template", "fmt", directory + "/notes.txt").output.contains("does not end in .tf"))
        }
    }
}
