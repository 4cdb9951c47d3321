import HCL
import ProviderKit
import Testing

@testable import HTTPProvider

@Suite("hashicorp/http") struct HTTPProviderTests {
    private let source: any DataSource

    init() throws { source = try #require(HTTPProvider().dataSource("http")) }

    private func configuration(_ attributes: [String: Value]) -> Value {
        let type = source.schema.block.impliedType
        return .object((type.attributeTypes ?? [:]).mapValues { Value.null($0) }).setting(attributes)
    }

    private func read(_ attributes: [String: Value]) async throws -> Value {
        try await source.read(
            configuration(attributes), ProviderOperation(address: "d", key: "", environment: ProviderEnvironment(directory: "/")))
    }

    private static func response(_ status: String, _ headers: [String] = [], _ body: String) -> String {
        (["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)", "Connection: close"] + headers).joined(separator: "\r\n")
            + "\r\n\r\n" + body
    }

    private func retry(_ attempts: Int) -> Value {
        .object(["attempts": .integer(attempts), "min_delay_ms": .integer(1), "max_delay_ms": .integer(2)])
    }

    @Test("a response comes with its status, headers and body, after redirects")
    func response() async throws {
        let server = try TestServer { request, _ in
            request.line == "GET /a"
                ? Self.response("302 Found", ["Location: /b"], "")
                : Self.response("404 Not Found", ["x-one: 1", "X-One: 2"], "né")
        }
        defer { server.stop() }
        let url = Value.string("http://127.0.0.1:\(server.port)/a")
        let result = try await read(["url": url, "request_headers": .map(["X-Token": .string("t")], of: .string)])
        #expect(result.integer("status_code") == 404 && result.string("response_body") == "né" && result.string("body") == "né")
        #expect(result.string("response_body_base64") == "bsOp" && result[attribute: "id"] == url)
        #expect(result.stringMap("response_headers")?["X-One"] == "1, 2")
        #expect(server.seen.map(\.line) == ["GET /a", "GET /b"])
        #expect(server.seen.first?.text.contains("X-Token: t\r\n") == true)
    }

    @Test("a body is sent")
    func post() async throws {
        let server = try TestServer { request, _ in Self.response("200 OK", [], String(request.text.suffix(3))) }
        defer { server.stop() }
        let url = Value.string("http://127.0.0.1:\(server.port)/")
        #expect(try await read(["url": url, "method": .string("POST"), "request_body": .string("a=1")]).string("body") == "a=1")
    }

    @Test("a failure of the server is tried again if that is wanted, and otherwise is an error")
    func retries() async throws {
        let server = try TestServer { _, index in Self.response(index == 2 ? "200 OK" : "503 Down", [], "x") }
        defer { server.stop() }
        let url = Value.string("http://127.0.0.1:\(server.port)/")
        let error = await #expect(throws: ProviderError.self) { try await read(["url": url]) }
        #expect(error?.description.hasSuffix("giving up after 1 attempt(s)") == true)
        #expect(try await read(["url": url, "retry": retry(5)]).integer("status_code") == 200)
        #expect(server.seen.count == 3)
    }

    @Test("no connection, a body without end and a server that says nothing are errors")
    func failures() async throws {
        let server = try TestServer { request, _ in
            switch request.line {
            case "GET /large": Self.response("200 OK", [], String(repeating: "x", count: HTTPExchange.bodySizeMax + 1))
            case "GET /circle": Self.response("302 Found", ["Location: /circle"], "")
            default: ""
            }
        }
        let base = "http://127.0.0.1:\(server.port)"
        for path in ["/large", "/circle", "/silent"] {
            await #expect(throws: ProviderError.self, "\(path)") { try await read(["url": .string(base + path)]) }
        }
        server.stop()
        await #expect(throws: ProviderError.self) { try await read(["url": .string(base), "retry": retry(1)]) }
        for url in ["ftp://a", "http+unix://%2Frun%2Fx", "http://", ""] {
            await #expect(throws: ProviderError.self, "\(url)") { try await read(["url": .string(url)]) }
        }
    }

    @Test("certificates that are none are errors")
    func certificates() async throws {
        let url = Value.string("https://127.0.0.1:1/")
        await #expect(throws: ProviderError.self) { try await read(["url": url, "ca_cert_pem": .string("x")]) }
        await #expect(throws: ProviderError.self) {
            try await read(["url": url, "client_cert_pem": .string("x"), "client_key_pem": .string("y")])
        }
    }

    @Test(
        "wrong configurations are found",
        arguments: [
            (["method": Value.string("PUT")], "Attribute method value must be one of: [\"GET\" \"POST\" \"HEAD\"], got: \"PUT\""),
            (["request_timeout_ms": .integer(0)], "Attribute request_timeout_ms value must be at least 1, got: 0"),
            (["retry": .object(["attempts": .integer(-1)])], "Attribute retry.attempts value must be at least 0, got: -1"),
            (
                ["ca_cert_pem": .string("x"), "insecure": .true],
                "Attribute \"insecure\" cannot be specified when \"ca_cert_pem\" is specified"
            ),
            (["client_key_pem": .string("x")], "Attribute \"client_cert_pem\" must be specified when \"client_key_pem\" is specified"),
        ])
    func validation(_ attributes: [String: Value], _ detail: String) {
        #expect(source.validate(configuration(attributes)).map(\.detail) == [detail])
    }
}
