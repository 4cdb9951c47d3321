import JSON
import Testing

@testable import DockerEngine

@Suite("formats of the Engine API") struct FormatTests {
    @Test(
        "addresses of engines",
        arguments: [
            ("unix:///a b/docker.sock", "http+unix://%2Fa%20b%2Fdocker.sock"), ("tcp://10.0.0.1", "http://10.0.0.1:2375"),
            ("tcp://host.example:99/", "http://host.example:99"), ("https://h", "https://h:2376"), ("tcp://[::1]:1", "http://[::1]:1"),
        ])
    func endpoints(_ text: String, _ origin: String) throws { #expect(try DockerEndpoint(text).origin == origin) }

    @Test(
        "addresses that make no sense are refused with a reason",
        arguments: [
            ("/var/run/docker.sock", "has no scheme"), ("unix://docker.sock", "absolute path"), ("tcp://", "host and port"),
            ("tcp://a:0", "host and port"), ("tcp://a:99999", "host and port"), ("tcp://a/b", "must not have a path"),
            ("npipe:////./x", "unknown scheme"), ("ssh://", "ssh://user@host"), ("ssh://-oProxyCommand=x", "ssh://user@host"),
            ("ssh://-x@h", "ssh://user@host"), ("ssh://h:0", "ssh://user@host"), ("ssh://h/$(x)", "ssh://user@host"),
        ])
    func wrongEndpoints(_ text: String, _ reason: String) {
        let error = #expect(throws: DockerError.self) { try DockerEndpoint(text) }
        #expect(error?.code == .invalidEndpoint && error?.message.contains(reason) == true)
    }

    @Test(
        "how ssh is called",
        arguments: [
            ("ssh://h", "-- h docker system dial-stdio"),
            ("ssh://me@h.example:2222", "-l me -p 2222 -- h.example docker system dial-stdio"),
            ("ssh://me@[::1]/run/d.sock", "-l me -- ::1 docker --host unix:///run/d.sock system dial-stdio"),
        ])
    func ssh(_ text: String, _ end: String) throws {
        let settings = SSHSettings(options: ["-i", "key"], environment: ["HOME": "/h", "CODER_TOKEN": "secret"])
        guard case .ssh(let destination) = try DockerEndpoint(text, ssh: settings).address else { return #expect(Bool(false)) }
        #expect(destination.arguments.joined(separator: " ") == "ssh -i key -T -o BatchMode=yes -o ConnectTimeout=15 \(end)")
        #expect(destination.environment == ["PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": "/h"])
    }

    @Test(
        "what a registry asks for",
        arguments: [
            ("Basic realm=\"x y\"", "basic", ["realm": "x y"]),
            (
                "Bearer realm=\"https://a/t\",service=\"s\",scope=\"repository:a:pull,push\"", "bearer",
                ["realm": "https://a/t", "service": "s", "scope": "repository:a:pull,push"]
            ),
            ("Negotiate", nil, [:]), ("", nil, [:]),
        ] as [(String, String?, [String: String])])
    func challenges(_ header: String, _ scheme: String?, _ parameters: [String: String]) {
        let challenge = RegistryChallenge(header)
        #expect(challenge?.scheme == scheme && (challenge?.parameters ?? [:]) == parameters)
    }

    @Test(
        "names of images are taken apart",
        arguments: [
            ("ubuntu", nil, "ubuntu", "latest"), ("codercom/example-base:ubuntu", nil, "codercom/example-base", "ubuntu"),
            ("localhost/a:1", "localhost", "a", "1"), ("r.example:5000/a/b", "r.example:5000", "a/b", "latest"),
            ("a@sha256:\(String(repeating: "0", count: 64))", nil, "a", "sha256:\(String(repeating: "0", count: 64))"),
            ("a:1@sha256:\(String(repeating: "0", count: 64))", nil, "a", "sha256:\(String(repeating: "0", count: 64))"),
        ] as [(String, String?, String, String)])
    func images(_ text: String, _ registry: String?, _ path: String, _ tag: String) throws {
        let image = try #require(ImageReference(text))
        #expect(image.registry == registry && image.path == path && image.tagOrDigest == tag && image.description == text)
    }

    @Test("what is no name of an image", arguments: ["", ":1", "A/B", "a b", "a//b", "a:", "-a", "a@sha256:12", "a/../b"])
    func wrongImages(_ text: String) { #expect(ImageReference(text) == nil) }

    @Test(
        "a registry is one, however it is written",
        arguments: [
            ("https://index.docker.io/v1/", "docker.io"), ("registry-1.docker.io", "docker.io"),
            ("https://r.example:5000", "r.example:5000"),
            ("r.example/team", "r.example"), ("", "docker.io"),
        ])
    func registries(_ address: String, _ key: String) { #expect(RegistryCredentials.key(address) == key) }

    @Test("base64 for headers", arguments: [("", ""), ("a", "YQ=="), ("ab", "YWI="), ("abc", "YWJj"), ("??>>", "Pz8-Pg==")])
    func base64(_ text: String, _ encoded: String) { #expect(Base64URL.encode(text.utf8) == encoded) }

    @Test("frames may come in any parts, and what are none is an error")
    func frames() throws {
        let bytes: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 2, 65, 66, 2, 0, 0, 0, 0, 0, 0, 1, 67]
        for size in 1...bytes.count {
            var decoder = OutputFrames()
            var frames: [OutputFrames.Frame] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                frames += try decoder.take(bytes[start..<min(start + size, bytes.count)])
            }
            #expect(frames == [.init(source: .output, bytes: [65, 66]), .init(source: .errors, bytes: [67])])
        }
        var decoder = OutputFrames()
        #expect(throws: DockerError.self) { try decoder.take("HTTP/1.1 200".utf8) }
    }

    @Test("messages are lines; a huge or broken one is an error")
    func lines() throws {
        var splitter = JSONLineSplitter(request: "x")
        #expect(try splitter.take("{\"a\":1}\r\n{\"b\"".utf8) == [["a": 1]])
        #expect(try splitter.take(":2}".utf8) == [])
        #expect(try splitter.finish() == ["b": 2])
        #expect(throws: DockerError.self) { try splitter.take("nonsense\n".utf8) }
        #expect(throws: DockerError.self) { try splitter.take([UInt8](repeating: 32, count: JSONLineSplitter.lineSizeMax + 1)) }
    }

    @Test(
        "versions",
        arguments: [("1.41", APIVersion(1, 41)), ("1", nil), ("1.x", nil), ("-1.2", nil), ("1.2.3", nil)] as [(String, APIVersion?)])
    func versions(_ text: String, _ version: APIVersion?) { #expect(APIVersion(text) == version) }
}
