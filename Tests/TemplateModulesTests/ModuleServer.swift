import Foundation
import TestSupport

/// A small web server with the files of a directory. Beside a file, `NAME.location` makes it answer with `X-Terraform-Get`;
/// what comes with a token is written to `tokens`.
struct ModuleServer: Sendable {
    let origin: String
    let directory: String

    private static let script = """
        import http.server, os, sys
        class H(http.server.SimpleHTTPRequestHandler):
            def do_GET(self):
                path = self.path.split('?')[0]
                if 'Authorization' in self.headers:
                    open('tokens', 'a').write(path + ' ' + self.headers['Authorization'] + chr(10))
                if path == '/slow': import time; time.sleep(60)
                if path == '/away': self.send_response(302); self.send_header('Location', 'file:///etc/passwd'); self.end_headers(); return
                if path == '/garbage': self.wfile.write(b'garbage'); return
                file = '.' + path + '.location'
                if os.path.exists(file):
                    self.send_response(204); self.send_header('X-Terraform-Get', open(file).read().strip()); self.end_headers(); return
                super().do_GET()
            def log_message(self, *a): pass
        s = http.server.ThreadingHTTPServer(('127.0.0.1', 0), H)
        open('port.new', 'w').write(str(s.server_port)); os.rename('port.new', 'port')
        s.serve_forever()
        """

    static func start(_ fixture: Fixture) async throws -> ModuleServer {
        let directory = try fixture.makeDirectory("web")
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script]
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.standardError = FileHandle.nullDevice
        try process.run()
        let server = process.processIdentifier
        await fixture.atEnd { kill(server, SIGKILL) }
        @Sendable func port() -> String? {
            FileManager.default.contents(atPath: directory + "/port").map { String(decoding: $0, as: UTF8.self) }
        }
        try await eventually("the web server listens") { port() != nil }
        return ModuleServer(origin: "http://127.0.0.1:\(port() ?? "")", directory: directory)
    }
}

/// Runs a shell script that must succeed.
func shell(_ script: String, in directory: String) async throws {
    let result = try await run(
        "/bin/sh", ["-ec", script],
        environment: [
            "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a@b",
            "GIT_CONFIG_GLOBAL": "/dev/null",
        ], directory: directory)
    guard result.status == 0 else { throw TestFailure("\(script): \(result.output)") }
}
