import Foundation
import HCL
import ProviderKit
import Provisioners
import TestSupport
import Testing

@Suite("provisioners over SSH", .enabled(if: SSHServer.isThere, "needs openssh-server")) struct RemoteTests {
    @Test("a script runs on the machine, and its output comes in lines")
    func inline() async throws {
        try await SSHServer.with { server, _ in
            let lines = try await RemoteExec().run(
                ["inline": .list([.string("echo one; echo two >&2"), .string("printf 'a\\r\\n\\nlast'")], of: .string)],
                connection: server.connection(["host_key": .string(server.hostKey)]))
            #expect(lines.prefix(2) == ["Connecting to remote host via SSH...", "  Host: 127.0.0.1"])
            #expect(lines.contains("  Checking Host Key: true"))
            let output = lines.drop { $0 != "Connected!" }.dropFirst()
            #expect(output.sorted() == ["a", "last", "one", "two"])
        }
    }

    @Test("files, with a program of their own in the first line, run in order until one fails")
    func scripts() async throws {
        try await SSHServer.with { server, fixture in
            _ = try fixture.write("one.sh", "#!/bin/sh -u\necho first $0\n")
            _ = try fixture.write("two.sh", "kill -KILL $$\n")
            let lines = Lines()
            let error = await #expect(throws: ProviderError.self) {
                try await RemoteExec().run(
                    ["scripts": .list(["one.sh", "two.sh", "one.sh"].map { .string($0) }, of: .string)],
                    connection: server.connection(["script_path": .string("\(fixture.directory)/it's %RAND%.sh")]),
                    in: fixture.directory, lines: lines)
            }
            #expect(lines.all.count { $0.hasPrefix("first \(fixture.directory)/it's ") } == 1)
            #expect(error?.description.hasSuffix(".sh\": Process exited with status 137 from signal KILL") == true)
            let left = try FileManager.default.contentsOfDirectory(atPath: fixture.directory)
            #expect(left.filter { $0.hasPrefix("it's") }.isEmpty)
            let status = try await RemoteExec().failure(
                ["inline": .list([.string("exit 3")], of: .string)], connection: server.connection())
            #expect(status.contains("Process exited with status 3"))
        }
    }

    @Test("files, texts and directories arrive as they are")
    func file() async throws {
        try await SSHServer.with { server, fixture in
            let big = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 9) }
            #expect(FileManager.default.createFile(atPath: fixture.directory + "/big", contents: Data(big)))
            _ = try fixture.write("tree/a/b.txt", "b")
            _ = try fixture.write("tree/c's.txt", "")
            let target = try fixture.makeDirectory("target")
            let connection = server.connection()
            func bring(_ source: String, _ destination: String) async throws {
                try await FileProvisioner().run(
                    ["source": .string(source), "destination": .string("\(target)/\(destination)")], connection: connection,
                    in: fixture.directory)
            }
            func text(_ path: String) throws -> String { try String(contentsOfFile: "\(target)/\(path)", encoding: .utf8) }
            try await bring("big", "big copy")
            #expect(FileManager.default.contents(atPath: target + "/big copy") == Data(big))
            try await bring("tree", "")
            try await bring("tree", "new")
            try await bring("tree/", "contents")
            for place in ["tree", "new", "contents"] { #expect(try text("\(place)/a/b.txt") + text("\(place)/c's.txt") == "b") }
            try await FileProvisioner().run(
                ["content": .string("täxt\n"), "destination": .string("\(target)/text")], connection: connection)
            #expect(try text("text") == "täxt\n")
            let missing = try await FileProvisioner().failure(
                ["content": .string("x"), "destination": .string("\(target)/no/such")], connection: connection)
            #expect(missing.hasPrefix("file provisioner error: Upload failed: "))
            #expect(missing.contains("\(target)/no/such"))
            let absent = try await FileProvisioner().failure(
                ["source": .string("nope"), "destination": .string("x")], connection: connection, in: fixture.directory)
            #expect(absent == "file provisioner error: stat nope: no such file or directory")
        }
    }

    @Test("a certificate, an agent and a bastion lead to the machine")
    func ways() async throws {
        try await SSHServer.with { server, fixture in
            _ = try fixture.write("ssh/authorized", "")
            let inline = [
                "inline": Value.list([.string("echo here; head -c 200000 /dev/zero | tr '\\\\0' 'x' | fold -w 50000; echo")], of: .string)
            ]
            let certified = server.connection(["certificate": .string(server.certificate)])
            #expect(try await RemoteExec().run(inline, connection: certified).contains("here"))
            _ = try fixture.write("ssh/authorized", try String(contentsOfFile: "\(server.directory)/user.pub", encoding: .utf8))
            let throughBastion = server.connection([
                "bastion_host": .string("127.0.0.1"), "bastion_host_key": .string(server.hostKey), "host_key": .string(server.hostKey),
            ])
            let lines = try await RemoteExec().run(inline, connection: throughBastion)
            #expect(lines.contains("Using configured bastion host..."))
            #expect(lines.contains("here"))
            #expect(lines.count { $0.utf8.count == 50000 } == 4)
        }
    }

    @Test("an agent has keys, and a proxy leads to the machine")
    func agentAndProxy() async throws {
        try await SSHServer.with { server, fixture in
            let socket = fixture.directory + "/agent"
            await fixture.keepRunning(["/usr/bin/ssh-agent", "-D", "-a", socket])
            try await eventually("the agent listens") { FileManager.default.fileExists(atPath: socket) }
            let added = try await run(
                "/usr/bin/ssh-add", ["-q", "user"], environment: ["SSH_AUTH_SOCK": socket], directory: server.directory)
            try #require(added.status == 0, "\(added.output)")
            let inline = ["inline": Value.list([.string("echo here")], of: .string)]
            let withoutKey = server.connection(["private_key": .null(.string), "timeout": .string("1s")])
            let lines = try await RemoteExec().run(inline, connection: withoutKey, variables: ["SSH_AUTH_SOCK": socket])
            #expect(lines.contains("  SSH Agent: true"))
            #expect(lines.contains("here"))
            let off = withoutKey.setting(["agent": .false])
            let refused = try await RemoteExec().failure(inline, connection: off, variables: ["SSH_AUTH_SOCK": socket])
            #expect(refused.contains("attempted methods [none], no supported methods remain"))

            let proxy = try await HTTPProxyServer.start(fixture)
            func through(_ password: String) -> Value {
                server.connection([
                    "proxy_host": .string("127.0.0.1"), "proxy_port": .integer(proxy), "proxy_user_name": .string("ada"),
                    "proxy_user_password": .string(password), "timeout": .string("1s"),
                ])
            }
            #expect(try await RemoteExec().run(inline, connection: through("s3cret")).contains("here"))
            let denied = try await RemoteExec().failure(inline, connection: through("wr0ng"))
            #expect(denied.contains("did not connect to 127.0.0.1:\(server.port): HTTP/1.1 407 no"))
            #expect(!denied.contains("wr0ng"))
        }
    }

    @Test("cancelling ends a command that runs, and a wait for a machine")
    func cancel() async throws {
        try await SSHServer.with { server, _ in
            let lines = Lines()
            let running = Task {
                try await RemoteExec().run(
                    ["inline": .list([.string("echo started; sleep 600")], of: .string)], connection: server.connection(), lines: lines)
            }
            try await eventually("the script runs") { lines.all.contains("started") }
            running.cancel()
            await #expect(throws: CancellationError.self) { _ = try await running.value }

            let waitingLines = Lines()
            let waiting = Task {
                try await RemoteExec().run(
                    ["inline": .list([.string("true")], of: .string)],
                    connection: server.connection(["port": .integer(1), "timeout": .string("1h")]),
                    lines: waitingLines)
            }
            try await eventually("it tries") { !waitingLines.all.isEmpty }
            waiting.cancel()
            await #expect(throws: CancellationError.self) { _ = try await waiting.value }
        }
    }

    @Test(
        "what does not connect says why, and no secret",
        arguments: [
            ("host_key", "other", "knownhosts: key mismatch"), ("host_key", "no key", "host_key is no public key"),
            ("private_key", "locked", "Failed to parse ssh private key: ssh: this private key is passphrase protected"),
            ("private_key", "s3cret", "Failed to read ssh private key: no key found"),
            (
                "private_key", "-----BEGIN OPENSSH PRIVATE KEY-----\ns3cret\n-----END OPENSSH PRIVATE KEY-----",
                "Failed to parse ssh private key"
            ),
            ("certificate", "s3cret", "failed to parse certificate"), ("user", "nobody-s", "unable to authenticate"),
            ("host", "host.invalid", "lookup host.invalid"), ("port", "1", "connect: connection refused"),
            ("proxy_host", "127.0.0.1", "127.0.0.1:80"),
        ])
    func refused(_ attribute: String, _ value: String, _ expected: String) async throws {
        try await SSHServer.with { server, _ in
            let given: Value =
                switch value {
                case "other": .string(server.otherPublicKey)
                case "locked": .string(server.lockedKey)
                case "1": .integer(1)
                default: .string(value)
                }
            let error = try await RemoteExec().failure(
                ["inline": .list([.string("true")], of: .string)],
                connection: server.connection([attribute: given, "timeout": .string("1s"), "password": .string("s3cret")]))
            #expect(error.hasPrefix("remote-exec provisioner error: "))
            #expect(error.contains(expected))
            #expect(!error.contains("s3cret"))
            #expect(!error.contains(server.userKey.split(separator: "\n")[1]))
        }
    }
}
