import APIClient
import Foundation
import JSON
import NIOCore
import TestSupport
import Testing

/// A server that says one thing to everybody, made of python's standard library.
private struct OneAnswer {
    static let script = """
        import base64, hashlib, http.server, os, struct, sys
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def log_message(self, *arguments): pass
            def do_GET(self):
                if self.path == "/socket":
                    key = self.headers["Sec-WebSocket-Key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
                    self.send_response(101)
                    self.send_header("Upgrade", "websocket")
                    self.send_header("Connection", "Upgrade")
                    self.send_header("Sec-WebSocket-Accept", base64.b64encode(hashlib.sha1(key.encode()).digest()).decode())
                    self.end_headers()
                    # Two fragments with a ping between them, then a close with a reason.
                    self.wfile.write(bytes([1, 2]) + b"he" + bytes([0x89, 1]) + b"p" + bytes([0x80, 3]) + b"llo")
                    self.wfile.flush()
                    frame = self.rfile.read(7)
                    pong = bytes(a ^ b for a, b in zip(frame[6:7], frame[2:6])) if frame[:2] == bytes([0x8a, 0x81]) else b"?"
                    reason = b"pong was " + pong
                    self.wfile.write(bytes([0x88, 2 + len(reason)]) + struct.pack(">H", 4000) + reason)
                    self.wfile.flush()
                    self.rfile.read(8)
                    self.close_connection = True
                    return
                status, body = {
                    "/good": (200, b'{"token": "%s"}' % self.headers.get("Coder-Session-Token", "").encode()),
                    "/bad": (400, b'{"message": "No.", "detail": "Never.", "validations": [{"field": "name", "detail": "is taken"}]}'),
                    "/html": (502, b"<html>proxy</html>"),
                    "/text": (200, b"hello"),
                }[self.path]
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        print(server.server_port, flush=True)
        import threading
        threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
        server.serve_forever()
        """

    static func with<T: Sendable>(_ body: @Sendable (APIClient) async throws -> T) async throws -> T {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        defer { try? input.fileHandleForWriting.close() }  // it ends with its input
        let line = try await offPool { String(decoding: output.fileHandleForReading.availableData, as: UTF8.self) }
        let port = try #require(Int(line.filter(\.isNumber)))
        return try await body(APIClient(url: try #require(ServerURL("127.0.0.1:\(port)")), token: "secret"))
    }
}

@Suite("a client of the API") struct APIClientTests {
    @Test("the token goes with each request, and a refusal keeps the server's words")
    func answers() async throws {
        try await OneAnswer.with { client in
            let good = try await client.get("/good")
            #expect(good["token"] == "secret")
            let refused = await #expect(throws: APIError.self) { try await client.get("/bad") }
            #expect(refused?.status == 400 && refused?.description == "No.\n  Never.\n  name: is taken")
            let proxy = await #expect(throws: APIError.self) { try await client.get("/html") }
            #expect(proxy?.description == "the server is not available (status 502); try again")
            let other = await #expect(throws: APIError.self) { try await client.get("/text") }
            #expect(other?.message == "what answers is not a Berth server")
        }
    }

    @Test("a WebSocket's fragments are put together, its pings answered, its refusal and its reason for closing told")
    func socket() async throws {
        try await OneAnswer.with { client in
            let error = await #expect(throws: APIError.self) {
                try await client.webSocket("/socket") { stream in
                    try await stream.forEachMessage { #expect(String(buffer: $0) == "hello") }
                }
            }
            #expect(error?.status == 4000 && error?.message == "pong was p")
            let refused = await #expect(throws: APIError.self) { try await client.webSocket("/bad") { _ in } }
            #expect(refused?.message == "No.")
        }
    }

    @Test("a server that is not there is told by its address")
    func nobody() async throws {
        let client = APIClient(url: try #require(ServerURL("127.0.0.1:1")))
        for attempt in [{ _ = try await client.get("/x") }, { try await client.webSocket("/x") { _ in } }]
            as [@Sendable () async throws -> Void]
        {
            let error = await #expect(throws: APIError.self) { try await attempt() }
            #expect(error?.message == "cannot reach the server at http://127.0.0.1:1")
        }
    }
}
