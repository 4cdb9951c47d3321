import Glibc
import HCL
import ProviderKit
import TestSupport
import Testing

@testable import Providers

@Suite("hashicorp/local") struct LocalProviderTests {
    private func text(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var buffer = [UInt8](repeating: 0, count: 1000)
        let count = fread(&buffer, 1, buffer.count, file)
        return String(decoding: buffer[..<count], as: UTF8.self)
    }

    @Test("a file is made with its directories, found changed or missing, and removed")
    func life() async throws {
        try await Fixture.with { fixture in
            let resource = try Lifecycle(LocalProvider(), "local_file", directory: fixture.directory)
            let made = try await resource.create([
                "filename": .string("a/b/c.txt"), "content": .string("hello"), "file_permission": .string("0640"),
            ])
            let path = fixture.directory + "/a/b/c.txt"
            #expect(text(path) == "hello")
            var status = stat()
            #expect(stat(path, &status) == 0 && status.st_mode & 0o777 == 0o640)
            #expect(made.string("content_md5") == "5d41402abc4b2a76b9719d911017c592")
            #expect(made.string("content_base64sha256") == "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=")
            #expect(try await resource.type.read(made, resource.operation) == made)
            _ = try fixture.write("a/b/c.txt", "changed")
            #expect(try await resource.type.read(made, resource.operation) == nil)
            try await resource.type.delete(made, resource.operation)
            #expect(text(path) == nil)
            #expect(try await resource.type.read(made, resource.operation) == nil)
            try await resource.type.delete(made, resource.operation)
        }
    }

    @Test("a content comes from text, from base64, or from another file")
    func contents() async throws {
        try await Fixture.with { fixture in
            _ = try fixture.write("source", "from source")
            let sources: [(String, [String: Value], String)] = [
                ("local_file", ["content_base64": .string("aGk=")], "hi"), ("local_file", ["source": .string("source")], "from source"),
                ("local_file", ["sensitive_content": .string("secret")], "secret"),
                ("local_sensitive_file", ["content": .string("x")], "x"),
            ]
            for (name, attributes, expected) in sources {
                let resource = try Lifecycle(LocalProvider(), name, directory: fixture.directory)
                _ = try await resource.create(attributes.merging(["filename": .string("f")]) { first, _ in first })
                #expect(text(fixture.directory + "/f") == expected)
            }
            let resource = try Lifecycle(LocalProvider(), "local_file", directory: fixture.directory)
            for attributes in [["content_base64": Value.string("?")], ["source": .string("missing")]] {
                await #expect(throws: ProviderError.self) {
                    try await resource.create(attributes.merging(["filename": .string("f")]) { first, _ in first })
                }
            }
        }
    }

    @Test("a file that cannot be written is an error", arguments: ["/proc/nonexistent/x", "/dev"])
    func failure(_ path: String) async throws {
        let resource = try Lifecycle(LocalProvider(), "local_file")
        await #expect(throws: ProviderError.self) { try await resource.create(["filename": .string(path), "content": .string("x")]) }
    }

    @Test("a file is read as data")
    func data() async throws {
        try await Fixture.with { fixture in
            _ = try fixture.write("f", "héllo")
            let operation = ProviderOperation(address: "d", key: "", environment: ProviderEnvironment(directory: fixture.directory))
            for name in ["local_file", "local_sensitive_file"] {
                let source = try #require(LocalProvider().dataSource(name))
                let configuration = source.schema.block.impliedType.nullAttributes
                let read = try await source.read(configuration.setting(["filename": .string("f")]), operation)
                #expect(read.string("content") == "héllo" && read.string("content_base64") == "aMOpbGxv" && read.isWhollyKnown)
                #expect(source.schema.block.attributes["content"]?.isSensitive == (name == "local_sensitive_file"))
                let error = await #expect(throws: ProviderError.self) {
                    try await source.read(configuration.setting(["filename": .string("g")]), operation)
                }
                #expect(error?.description.contains("open g: no such file or directory") == true)
            }
        }
    }

    @Test("a command tells what it wrote and how it ended")
    func command() async throws {
        let source = try #require(LocalProvider().dataSource("local_command"))
        let operation = ProviderOperation(address: "d", key: "", environment: ProviderEnvironment(directory: "/"))
        let configuration = source.schema.block.impliedType.nullAttributes.setting([
            "command": .string("sh"), "arguments": .strings(["-c", "cat; exit 3"]), "stdin": .string("in"),
        ])
        let read = try await source.read(configuration.setting(["allow_non_zero_exit_code": .true]), operation)
        #expect(read.string("stdout") == "in" && read[attribute: "stderr"].isNull && read.integer("exit_code") == 3)
        await #expect(throws: ProviderError.self) { try await source.read(configuration, operation) }
    }

    @Test("contents exclude each other, and permissions are octal")
    func validation() throws {
        let resource = try Lifecycle(LocalProvider(), "local_sensitive_file")
        let both = resource.configuration(["content": .string("a"), "source": .string("b")])
        #expect(resource.type.validate(both).map(\.path) == ["content", "content_base64", "source"].map { .attribute($0) })
        #expect(
            resource.type.validate(both).first?.detail
                == "2 attributes specified when one (and only one) of [content_base64,source] is required")
        for mode in ["9", "0888", "1777", "-77"] {
            let findings = resource.type.validate(resource.configuration(["content": .string("a"), "file_permission": .string(mode)]))
            #expect(findings.map(\.summary) == ["Invalid File Permission String Value"])
        }
    }
}
