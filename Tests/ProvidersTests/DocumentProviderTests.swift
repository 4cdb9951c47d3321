import HCL
import ProviderKit
import Testing

@testable import Providers

@Suite("hashicorp/cloudinit and hashicorp/external") struct DocumentProviderTests {
    private let operation = ProviderOperation(
        address: "d", key: "", environment: ProviderEnvironment(variables: ["A": "b"], directory: "/usr"))

    private func part(_ attributes: [String: Value]) -> Value {
        let type = CloudInitDocument.schema(isResource: false).blocks["part"]?.block.impliedType ?? .emptyObject
        return type.nullAttributes.setting(attributes)
    }

    private func configuration(_ parts: [Value], _ attributes: [String: Value]) -> Value {
        CloudInitDocument.schema(isResource: false).impliedType.nullAttributes.setting(attributes).setting([
            "part": .list(parts, of: part([:]).type)
        ])
    }

    @Test("the document is a MIME message with its parts in order, byte by byte")
    func document() async throws {
        let source = try #require(CloudInitProvider().dataSource("cloudinit_config"))
        let parts = [
            part(["content": .string("#!/bin/sh\n"), "content_type": .string("text/x-shellscript"), "filename": .string("a.sh")]),
            part(["content": .string("b"), "merge_type": .string("list(append)")]),
        ]
        let read = try await source.read(configuration(parts, ["gzip": .false, "base64_encode": .false]), operation)
        let expected = [
            "Content-Type: multipart/mixed; boundary=\"MIMEBOUNDARY\"\nMIME-Version: 1.0", "", "--MIMEBOUNDARY",
            "Content-Disposition: attachment; filename=\"a.sh\"", "Content-Transfer-Encoding: 7bit", "Content-Type: text/x-shellscript",
            "Mime-Version: 1.0", "", "#!/bin/sh\n", "--MIMEBOUNDARY", "Content-Transfer-Encoding: 7bit", "Content-Type: text/plain",
            "Mime-Version: 1.0", "X-Merge-Type: list(append)", "", "b", "--MIMEBOUNDARY--", "",
        ]
        #expect(read.string("rendered") == expected.joined(separator: "\r\n"))
        #expect(read.string("boundary") == "MIMEBOUNDARY" && read.isWhollyKnown)
        #expect(CloudInitDocument.checksum(Array("123456789".utf8)) == 0xCBF4_3926)
    }

    @Test("by default the document is compressed and in base64, also as a resource")
    func compressed() async throws {
        let source = try #require(CloudInitProvider().dataSource("cloudinit_config"))
        let read = try await source.read(configuration([part(["content": .string("a")])], [:]), operation)
        #expect(read.string("rendered")?.hasPrefix("H4sI") == true)
        let resource = try #require(CloudInitProvider().resourceType("cloudinit_config"))
        let made = try await resource.create(read.setting(["rendered": .unknown(.string), "id": .unknown(.string)]), operation)
        #expect(made == read)
    }

    @Test("wrong documents are found")
    func validation() async throws {
        let source = try #require(CloudInitProvider().dataSource("cloudinit_config"))
        #expect(source.validate(configuration([], ["base64_encode": .false])).map(\.summary) == ["Invalid Attribute Configuration"])
        let empty = configuration([part(["content_type": .string("")])], ["boundary": .string("")])
        #expect(source.validate(empty).map(\.summary) == ["Invalid Attribute Value Length", "Invalid Attribute Value Length"])
        await #expect(throws: ProviderError.self) { try await source.read(configuration([], ["boundary": .string("ä")]), operation) }
    }

    private func external(_ script: String, _ attributes: [String: Value] = [:]) async throws -> Value {
        let source = try #require(ExternalProvider().dataSource("external"))
        let base = source.schema.block.impliedType.nullAttributes.setting(["program": .strings(["sh", "-c", script])])
        return try await source.read(base.setting(attributes), operation)
    }

    @Test("a program gets the query as JSON, and its strings come back")
    func program() async throws {
        let query = Value.map(["k": .string("v\"<"), "n": .null(.string)], of: .string)
        #expect(try await external("cat", ["query": query])[attribute: "result"] == .stringMap(["k": "v\"<"]))
        let script = #"printf '{"pwd":"%s","a":"%s","n":null}' "$(pwd)" "$A""#
        #expect(try await external(script, ["working_dir": .string("bin")]).stringMap("result") == ["pwd": "/usr/bin", "a": "b", "n": ""])
        #expect(try await external("cat").string("id") == "-")
    }

    @Test(
        "a program that fails, or says something else, is an error",
        arguments: [
            ("echo bad >&2; exit 2", "External Program Execution Failed", "Error Message: bad\n\nState: exit status 2"),
            ("exit 1", "External Program Execution Failed", "it returned no additional error messaging"),
            (#"echo '{"a":1}'"#, "Unexpected External Program Results", "json: cannot unmarshal number into Go value of type string"),
            ("echo '[]'", "Unexpected External Program Results", "json: cannot unmarshal array into Go value of type map[string]string"),
        ])
    func failing(_ script: String, _ summary: String, _ detail: String) async throws {
        let error = await #expect(throws: ProviderError.self) { try await external(script) }
        #expect(error?.findings.first?.summary == summary)
        #expect(error?.findings.first?.detail.contains(detail) == true, "\(error?.findings.first?.detail ?? "")")
    }

    @Test("a program that is not there is an error", arguments: [["nonexistent"], ["", ""]])
    func missing(_ program: [String]) async {
        await #expect(throws: ProviderError.self) { try await external("", ["program": .strings(program)]) }
    }
}
