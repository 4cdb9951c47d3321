import DockerEngine
import DockerTestSupport
import Foundation
import HCL
import JSON
import ProviderKit
import Synchronization
import TemplateEngine
import Testing

@testable import DockerProvider

@Suite("progress of pulls and pushes") struct ProgressTests {
    private static func message(_ id: String, _ status: String, _ current: Int? = nil, _ total: Int? = nil) -> JSONValue {
        var message: JSONValue = ["id": .string(id), "status": .string(status)]
        if let current { message["progressDetail"] = ["current": JSONValue(current), "total": JSONValue(total ?? 0)] }
        return message
    }

    @Test("layers and bytes are counted, each byte once, and never more than there are")
    func counting() {
        let progress = TransferProgress()
        #expect(progress.snapshot.text == "no layers yet")
        progress.add(["status": "Pulling from a/b", "id": "1"])
        for id in ["a", "b", "c"] { progress.add(Self.message(id, "Pulling fs layer")) }
        progress.add(Self.message("a", "Downloading", 3_000_000, 10_000_000))
        progress.add(Self.message("b", "Downloading", 2_000_000, 5_000_000))
        #expect(progress.snapshot.text == "0 of 3 layers, 5 of 15 MB")
        progress.add(Self.message("a", "Retrying in 5 seconds"))
        progress.add(Self.message("a", "Downloading", 1_000_000, 10_000_000))
        #expect(progress.snapshot.text == "0 of 3 layers, 3 of 15 MB")
        progress.add(Self.message("a", "Download complete"))
        progress.add(Self.message("a", "Extracting", 500, 10_000_000))
        progress.add(Self.message("a", "Pull complete"))
        progress.add(Self.message("c", "Already exists"))
        #expect(progress.snapshot.text == "2 of 3 layers, 12 of 15 MB")
        // A push may send more than the engine thought, and a lying engine anything.
        progress.add(Self.message("d", "Pushing", 9_000_000, 1_000_000))
        progress.add(Self.message("d", "Pushing", -1, -1))
        let snapshot = progress.snapshot
        #expect(snapshot.done <= snapshot.total && snapshot.layers == 4)
        for number in 0..<5000 { progress.add(Self.message("x\(number)", "Waiting")) }
        #expect(progress.snapshot.layers == 1000)
    }

    /// A registry that begins to send the one layer of an image, and then never goes on. Its port is in a file.
    private static let stalling = """
        import hashlib, http.server, json, os, sys, time
        config = json.dumps({'architecture': 'amd64', 'os': 'linux', 'config': {}, 'rootfs': {'type': 'layers', 'diff_ids': ['sha256:' + '1' * 64]}}).encode()
        digest = 'sha256:' + hashlib.sha256(config).hexdigest()
        kind = 'application/vnd.docker.'
        manifest = json.dumps({'schemaVersion': 2, 'mediaType': kind + 'distribution.manifest.v2+json',
            'config': {'mediaType': kind + 'container.image.v1+json', 'size': len(config), 'digest': digest},
            'layers': [{'mediaType': kind + 'image.rootfs.diff.tar.gzip', 'size': 20000000, 'digest': 'sha256:' + '2' * 64}]}).encode()
        class Handler(http.server.BaseHTTPRequestHandler):
            def send(self, kind, body, size=None):
                self.send_response(200)
                self.send_header('Content-Type', kind)
                self.send_header('Content-Length', str(size or len(body)))
                self.send_header('Docker-Content-Digest', 'sha256:' + hashlib.sha256(body).hexdigest())
                self.end_headers()
                if self.command != 'HEAD': self.wfile.write(body)
            def do_GET(self):
                if '/manifests/' in self.path: self.send(kind + 'distribution.manifest.v2+json', manifest)
                elif self.path.endswith(digest): self.send('application/octet-stream', config)
                elif '/blobs/' in self.path:
                    self.send('application/octet-stream', os.urandom(8000000), 20000000)
                    self.wfile.flush()
                    time.sleep(600)
                else: self.send('application/json', b'{}')
            do_HEAD = do_GET
            def log_message(self, *a): pass
        server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), Handler)
        open(sys.argv[1] + '/port.new', 'w').write(str(server.server_address[1]))
        os.rename(sys.argv[1] + '/port.new', sys.argv[1] + '/port')
        server.serve_forever()
        """

    @Test(
        "a pull that is stuck is seen, with the layer and since when, and ends at once when it is cancelled",
        .enabled(if: TestEngine.isAvailable, Comment(rawValue: TestEngine.reason)))
    func stuck() async throws {
        let directory = try TestProcess.temporaryDirectory()
        try Self.stalling.write(toFile: "\(directory)/server.py", atomically: true, encoding: .utf8)
        try TestProcess.start("python3 \"$1/server.py\" \"$1\" 3<&- & server=$!; read -r _; kill -KILL $server; rm -rf \"$1\"", [directory])
        while !FileManager.default.fileExists(atPath: "\(directory)/port") { try await Task.sleep(for: .milliseconds(20)) }
        let image = "127.0.0.1:\(try String(contentsOfFile: "\(directory)/port", encoding: .utf8))/stuck:1"
        var backend = DockerBackend(client: try await TestEngine.shared.client())
        backend.pace = ImageTransfer.Pace(interval: .milliseconds(100), lineInterval: .milliseconds(100), silence: .seconds(1))
        let lines = Mutex<[String]>([])
        let reports = Mutex<[(String, UInt64, UInt64)]>([])
        let operation = ProviderOperation(
            address: "docker_image.a", key: "k", environment: ProviderEnvironment(directory: "/"),
            log: { line in lines.withLock { $0.append(line) } },
            progress: { message, done, total in reports.withLock { $0.append((message, done, total)) } })
        let pulling = Task { [backend] in
            try await ImagePull(backend: backend, operation: operation).image(image, at: .attribute("name"))
        }
        let words = "pulling \(image): nothing has moved for "
        while !lines.withLock({ $0.contains { $0.hasPrefix(words) && $0.contains("layer 222222222222: Downloading, at ") } }) {
            try await Task.sleep(for: .milliseconds(50))
        }
        pulling.cancel()
        await #expect(throws: CancellationError.self) { _ = try await pulling.value }
        let last = try #require(reports.withLock { $0.last })
        #expect(last.0.hasPrefix("pulling \(image): 0 of 1 layers, ") && last.0.hasSuffix(" of 20 MB"), "\(last.0)")
        #expect(last.1 > 0 && last.1 <= 8_000_000 && last.2 == 20_000_000)
    }

    @Test(
        "a build tells of its context, its steps, and its end", .enabled(if: TestEngine.isAvailable, Comment(rawValue: TestEngine.reason)))
    func build() async throws {
        let template = try await DockerTemplate(
            "resource \"docker_image\" \"a\" {\n name = \"berth.test/progress:1\"\n build {\n context = \"app\"\n }\n}")
        try template.write("FROM \(TestEngine.image)\nCOPY large /\nENV A=1\n", to: "app/Dockerfile")
        try template.write(String(repeating: "0123456789", count: 300_000), to: "app/large")
        let reports = Mutex<[(String, UInt64, UInt64)]>([])
        try await template.apply { event in
            if case .progress(_, let message, let done, let total) = event { reports.withLock { $0.append((message, done, total)) } }
        }
        let all = reports.withLock { $0 }
        #expect(all.contains { $0.0.hasPrefix("building berth.test/progress:1: context, 3") && $0.1 == $0.2 })
        let last = try #require(all.last)
        // The labels of the deployment are steps as well.
        #expect(last.0 == "building berth.test/progress:1: step \(last.2) of \(last.2)" && last.1 == last.2 && last.2 > 3, "\(last)")
        // Not for each of the many parts that were sent.
        #expect(all.count < 12, "\(all)")
        try await template.destroy()
    }
}
