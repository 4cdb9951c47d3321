import Foundation
import TestSupport
import Testing

@testable import SSHServer

@Suite("who is let in") struct AuthenticationTests {
    @Test(
        "keys of every current type let in whom they are known for, and nobody else",
        arguments: ["-t ed25519", "-t ecdsa -b 256", "-t ecdsa -b 384", "-t ecdsa -b 521", "-t rsa -b 3072"])
    func keys(_ type: String) async throws {
        try await TestServer.with(["keys"]) { server in
            let result = try await server.bash(
                """
                ssh-keygen -q \(type) -N '' -f good; ssh-keygen -q \(type) -N '' -f bad; echo '# comment' > authorized; cat good.pub >> authorized
                $SSH -i good berth echo in
                $SSH -i bad berth echo wrong
                $SSH -i good -l other berth echo wrong
                $SSH berth echo wrong
                $SSH -i bad -i good berth echo in, second
                """)
            let refusal = "tester@127.0.0.1: Permission denied (publickey).\n"
            #expect(
                result.output
                    == "in\n\(refusal)\(refusal.replacing("tester", with: "other"))\(refusal)in, second\n")
        }
    }

    @Test("both signatures of RSA keys that are not broken are taken, and the broken one is not", arguments: ["rsa-sha2-256", "rsa-sha2-512", "ssh-rsa"])
    func rsa(_ algorithm: String) async throws {
        try await TestServer.with(["keys"]) { server in
            let result = try await server.bash(
                """
                ssh-keygen -q -t rsa -N '' -f good; cp good.pub authorized
                $SSH -i good -o PubkeyAcceptedAlgorithms=\(algorithm) berth echo in; echo $?
                """)
            #expect(algorithm == "ssh-rsa" ? result.output.hasSuffix("255\n") : result.output == "in\n0\n")
        }
    }

    @Test("who tries too many keys is told so and sent away")
    func attempts() async throws {
        try await TestServer.with(["keys"]) { server in
            let result = try await server.bash(
                """
                for i in $(seq 9); do ssh-keygen -q -t ed25519 -N '' -f key$i; done; cp key9.pub authorized
                $SSH $(printf -- '-i key%s ' $(seq 9)) berth echo wrong
                """)
            #expect(result.output.contains("too many attempts"))
        }
    }

    @Test("a host key is the same for the same secret and name, and reads and writes OpenSSH's format")
    func hostKeys() async throws {
        let secret = Array("0123456789abcdef".utf8)
        let key = try HostKey(derivedFrom: secret, name: "one")
        #expect(key.publicKey == (try HostKey(derivedFrom: secret, name: "one").publicKey))
        #expect(key.publicKey != (try HostKey(derivedFrom: secret, name: "two").publicKey))
        #expect(try HostKey().publicKey != HostKey().publicKey)
        #expect(try HostKey(openSSH: key.openSSH).publicKey == key.publicKey)
        try await Fixture.with { fixture in
            let path = fixture.directory + "/key"
            try key.openSSH.write(toFile: path, atomically: true, encoding: .utf8)
            let result = try await run(
                "/bin/bash", ["-c", "chmod 600 \(path); ssh-keygen -y -f \(path) | cut -d ' ' -f 1,2; ssh-keygen -l -f \(path) | cut -d ' ' -f 2"])
            #expect(result.output == "\(key.publicKey.openSSH)\n\(key.publicKey.fingerprint)\n")
            let made = try await run("/bin/bash", ["-c", "cd \(fixture.directory); ssh-keygen -q -t ed25519 -N '' -f new; cat new; cat new.pub >&2"])
            let lines = made.output.split(separator: "\n")
            let new = try HostKey(openSSH: lines.filter { !$0.hasPrefix("ssh-") }.joined(separator: "\n"))
            #expect(lines.contains { $0.hasPrefix(new.publicKey.openSSH) })
        }
        for text in ["", "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----"] {
            #expect(throws: SSHError.self) { try HostKey(openSSH: text) }
        }
    }
}
