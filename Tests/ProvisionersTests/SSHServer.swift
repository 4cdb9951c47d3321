import Foundation
import HCL
import Processes
import ProviderKit
import Synchronization
import TestSupport

/// An sshd of our own on a loopback port, with keys of its own.
struct SSHServer: Sendable {
    let port: Int
    let hostKey: String
    /// The text of a private key that may log in.
    let userKey: String
    let otherPublicKey: String
    /// The user's key with a passphrase.
    let lockedKey: String
    /// The authority that signed `certificate`.
    let certificate: String
    let user: String
    let directory: String

    static let program = "/usr/sbin/sshd"
    static var isThere: Bool { FileManager.default.isExecutableFile(atPath: program) }

    /// Runs a body with a server that accepts connections.
    static func with<T: Sendable>(_ body: @Sendable (SSHServer, Fixture) async throws -> T) async throws -> T {
        try await Fixture.with { fixture in try await body(try await start(fixture), fixture) }
    }

    private static func start(_ fixture: Fixture) async throws -> SSHServer {
        let directory = try fixture.makeDirectory("ssh")
        func keygen(_ arguments: String...) async throws {
            let result = try await run("/usr/bin/ssh-keygen", ["-q"] + arguments, directory: directory)
            guard result.status == 0 else { throw TestFailure("ssh-keygen: \(result.output)") }
        }
        for name in ["host", "user", "other", "authority", "signed"] { try await keygen("-t", "ed25519", "-N", "", "-f", name) }
        try await keygen("-t", "ed25519", "-N", "the-passphrase", "-f", "locked")
        try await keygen("-s", "authority", "-I", "test", "-n", NSUserName(), "user.pub")
        @Sendable func read(_ name: String) throws -> String { try String(contentsOfFile: "\(directory)/\(name)", encoding: .utf8) }
        _ = try fixture.write("ssh/authorized", try read("user.pub"))
        let port = Int.random(in: 20000..<32000)
        _ = try fixture.write(
            "ssh/config",
            """
            Port \(port)
            ListenAddress 127.0.0.1
            HostKey \(directory)/host
            PidFile none
            AuthorizedKeysFile \(directory)/authorized
            TrustedUserCAKeys \(directory)/authority.pub
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            PermitRootLogin yes
            AllowTcpForwarding yes
            """)
        if getuid() == 0 { try FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true) }
        let log = try fixture.write("ssh/log", "")
        await fixture.keepRunning([program, "-D", "-E", log, "-f", "\(directory)/config"])
        try await eventually("sshd listens") { try read("log").contains("Server listening") }
        return SSHServer(
            port: port, hostKey: try read("host.pub"), userKey: try read("user"), otherPublicKey: try read("other.pub"),
            lockedKey: try read("locked"), certificate: try read("user-cert.pub"), user: NSUserName(), directory: directory)
    }

    /// A `connection` block for it.
    func connection(_ changes: [String: Value] = [:]) -> Value {
        connectionValue(
            [
                "host": .string("127.0.0.1"), "port": .integer(port), "user": .string(user), "private_key": .string(userKey),
                "timeout": .string("20s"),
            ].merging(changes) { $1 })
    }
}

/// A proxy that lets `ada` with the password `s3cret` through.
enum HTTPProxyServer {
    private static let script = """
        import base64, os, socket, threading
        def pump(a, b):
            try:
                while True:
                    data = a.recv(65536)
                    if not data: break
                    b.sendall(data)
            except OSError: pass
            b.close()
        def serve(client):
            head = b''
            while not head.endswith(bytes([13, 10, 13, 10])): head += client.recv(1)
            if base64.b64encode(b'ada:s3cret') not in head:
                client.sendall(b'HTTP/1.1 407 no' + bytes([13, 10, 13, 10])); client.close(); return
            host, port = head.split()[1].decode().split(':')
            server = socket.create_connection((host, int(port)))
            client.sendall(b'HTTP/1.1 200 ok' + bytes([13, 10]) + b'A: b' + bytes([13, 10, 13, 10]))
            threading.Thread(target=pump, args=(client, server)).start()
            pump(server, client)
        s = socket.create_server(('127.0.0.1', 0))
        open('proxy.new', 'w').write(str(s.getsockname()[1])); os.rename('proxy.new', 'proxy')
        while True: threading.Thread(target=serve, args=(s.accept()[0],)).start()
        """

    /// Its port.
    static func start(_ fixture: Fixture) async throws -> Int {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script]
        process.currentDirectoryURL = URL(fileURLWithPath: fixture.directory)
        try process.run()
        let proxy = process.processIdentifier
        await fixture.atEnd { kill(proxy, SIGKILL) }
        let file = fixture.directory + "/proxy"
        try await eventually("the proxy listens") { FileManager.default.fileExists(atPath: file) }
        guard let port = Int(try String(contentsOfFile: file, encoding: .utf8)) else { throw TestFailure("the proxy has no port") }
        return port
    }
}

extension Fixture {
    /// Runs a program until the end of the test.
    ///
    /// Not by Foundation, which takes a program that closes all descriptors for one that has ended, and waits for it.
    func keepRunning(_ arguments: [String]) {
        var command = ProcessCommand(arguments, environment: ProcessInfo.processInfo.environment)
        command.grace = .milliseconds(100)
        let task = Task { [command] in try await command.run() }
        atEnd {
            task.cancel()
            _ = await task.result
        }
    }
}
